import { describe, expect, it } from '@jest/globals';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AccessTokenVerifier,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Protected,
  RequireAuthentication,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { ADAPTERS } from '../support/application.js';
import { startGraphQL } from '../support/graphql.js';
import { HEALTH } from '../support/health.js';
import { IntrospectionServer } from '../support/introspection-server.js';
import { eventually, expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { bearer, connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';
import { fail } from '../support/steerable-key-server.js';

const scene = keyScene();

const asked = async (): Promise<TestIssuer> =>
  scene.closing(await createTestIssuer({ introspection: true, now: scene.clock.now }));
const questionsTo = ({ requests }: TestIssuer): number =>
  requests.filter(({ path }) => path === '/introspect').length;

@UseGuards(JwtAuthGuard)
@Controller('reports')
class ReportsController {
  @RequireScopes('reports:read')
  @Get('scoped')
  scoped(): object {
    return {};
  }

  @RequireRoles('admin')
  @Get('roles')
  roles(): object {
    return {};
  }

  @RequireRoles('admin', { issuers: ['corporate'] })
  @Get('corporate')
  corporate(): object {
    return {};
  }

  @RequireAuthentication({ acrValues: ['phr'], maxAgeSeconds: 60 })
  @Get('stepped')
  stepped(): object {
    return {};
  }
}

@UseGuards(JwtAuthGuard)
@Resolver()
class ReportsResolver {
  @Query(() => String)
  one(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @RequireScopes('reports:read')
  @Query(() => String, { nullable: true })
  two(): string {
    return 'two';
  }
}

@AuthenticatedGateway()
@WebSocketGateway()
class ReportsGateway {
  @Protected()
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.id };
  }
}

@UseGuards(JwtAuthGuard)
@Controller()
class ReportsHandler {
  @MessagePattern('whoami')
  whoami(@CurrentIdentity() identity: Identity): string {
    return identity.id;
  }
}

describe.each(ADAPTERS)('Behind introspection, on %s', (adapter) => {
  it('the identity is the same as that of a JWT', async () => {
    const issuer = await asked();
    const application = await scene.start({ issuers: [issuer.config()] }, { adapter });
    const terms = {
      ...{ subject: 'alice', scopes: ['a', 'b'], clientId: 'app', expiresInSeconds: 600 },
      claims: { jti: 'one', roles: ['admin'], tid: 'tenant' },
    };
    const [opaque, jwt] = await Promise.all(
      [issuer.opaqueToken(terms), issuer.token(terms)].map(
        async (token) => (await application.get('/notes/identity', token)).json as Identity,
      ),
    );
    const { claims, ...identity } = opaque ?? ({} as Identity);
    const { claims: ofJwt, ...expected } = jwt ?? ({} as Identity);
    expect(identity).toEqual(expected);
    expect(claims).toEqual({ ...ofJwt, token_type: 'Bearer' });
  });

  it('scopes, roles, roles of issuers and step-up are demanded in the same way', async () => {
    const issuer = await asked();
    const application = await scene.start(
      { issuers: [issuer.config({ name: 'corporate' })] },
      { adapter, controllers: [ReportsController] },
    );
    const auth_time = Math.floor(scene.clock.now() / 1_000);
    const claims = { roles: ['admin'], acr: 'phr', auth_time };
    const strong = issuer.opaqueToken({ scopes: ['reports:read'], claims });
    const weak = issuer.opaqueToken();
    for (const [path, status] of [
      ['scoped', 403],
      ['roles', 403],
      ['corporate', 403],
      ['stepped', 401],
    ] as const) {
      expectAccepted(await application.get(`/reports/${path}`, strong));
      expect((await application.get(`/reports/${path}`, weak)).status).toBe(status);
    }
  });

  it('isRevoked and disclosure', async () => {
    const issuer = await asked();
    const application = await scene.start(
      {
        issuers: [issuer.config()],
        isRevoked: ({ subject }) => subject === 'mallory',
        disclosure: 'minimal',
      },
      { adapter },
    );
    for (const token of [issuer.opaqueToken({ subject: 'mallory' }), 'nobodys'])
      expectRefused(await application.get('/notes', token), 'token_invalid');
    expectAccepted(await application.get('/notes', issuer.opaqueToken()));
  });
});

describe('Behind introspection', () => {
  it('GraphQL asks once for all fields of a query', async () => {
    const issuer = await asked();
    const application = scene.closing(
      await startGraphQL(
        'Apollo on Express',
        { issuers: [issuer.config()] },
        { resolvers: [ReportsResolver], clock: scene.clock },
      ),
    );
    const token = issuer.opaqueToken({ scopes: ['reports:read'] });
    const { data } = await application.query('{ one two again: one }', token);
    expect(data).toEqual({ one: 'alice', two: 'two', again: 'alice' });
    expect(questionsTo(issuer)).toBe(1);
    const { errors = [] } = await application.query('{ one }', 'nobodys');
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['token_inactive']);
  });

  it.each(SOCKET_KINDS)('a socket of %s is closed at "exp"', async (kind) => {
    const issuer = await asked();
    const application = await scene.start(
      { issuers: [issuer.config({ clockToleranceSeconds: 0 })] },
      { providers: [ReportsGateway], configure: useAdapter(kind) },
    );
    const token = issuer.opaqueToken({ expiresInSeconds: 60 });
    const socket = await connect(kind, application.url, bearer(token));
    expect(await socket.ask('whoami')).toBe(`${issuer.issuer}|alice`);
    // For the connection, and for the message.
    expect(questionsTo(issuer)).toBe(2);
    let hasEnded = false;
    void socket.ended.then(() => (hasEnded = true));
    scene.clock.advance(59);
    expect(await socket.ask('whoami')).toBe(`${issuer.issuer}|alice`);
    expect(hasEnded).toBe(false);
    scene.clock.advance(2);
    await socket.ended;
  });

  it('messages', async () => {
    const issuer = await asked();
    const { service, close } = await startMicroservice({
      config: { issuers: [issuer.config()] },
      controllers: [ReportsHandler],
      clock: scene.clock,
    });
    scene.closing({ close });
    const client = tcpClientOf(service);
    const ask = (token: string): Promise<unknown> =>
      answerOf(client.send('whoami', { authorization: `Bearer ${token}` }));
    expect(await ask(issuer.opaqueToken())).toBe(`${issuer.issuer}|alice`);
    expect(await ask('nobodys')).toMatchObject({ refused: { code: 'token_inactive' } });
    client.close();
  });

  it('AccessTokenVerifier gives a frozen identity', async () => {
    const issuer = await asked();
    const application = await scene.start({ issuers: [issuer.config()] });
    const verifier = application.app.get(AccessTokenVerifier);
    const identity = await verifier.verify(issuer.opaqueToken());
    expect(identity.id).toBe(`${issuer.issuer}|alice`);
    await expect(verifier.verify('nobodys')).rejects.toMatchObject({ code: 'token_inactive' });
    expect(Object.isFrozen(identity) && Object.isFrozen(identity.claims)).toBe(true);
  });

  it('observers are told every question, and nothing of the token', async () => {
    const told: unknown[] = [];
    const issuer = await asked();
    const note = (name: string) => (event: object) => void told.push({ name, ...event });
    const application = await scene.start({
      issuers: [issuer.config()],
      observer: {
        tokenIntrospected: note('introspected'),
        introspectionFailed: note('failed'),
        authenticated: note('authenticated'),
        refused: ({ code, check, step, issuer: name }) =>
          void told.push({ code, check, step, issuer: name }),
      },
    });
    await application.get('/notes', issuer.opaqueToken());
    await application.get('/notes', 'nobodys');
    issuer.goDown(401);
    await application.get('/notes', 'nobodys');
    const { issuer: name } = issuer;
    const durationMs = expect.any(Number);
    expect(told).toEqual([
      { name: 'introspected', issuer: name, active: true, durationMs },
      { name: 'authenticated', issuer: name, remembered: false, durationMs },
      { name: 'introspected', issuer: name, active: false, durationMs },
      { code: 'token_inactive', check: 'active', step: 'introspection', issuer: name },
      { name: 'failed', issuer: name, reason: expect.stringContaining('401'), durationMs },
      { code: 'keys_unavailable', check: 'introspection', step: 'introspection', issuer: name },
    ]);
  });

  it('the health check knows an endpoint that is down, and asks whether it is back', async () => {
    const server = scene.closing(await IntrospectionServer.start());
    server.answer({ active: false });
    const application = await scene.start({ issuers: [server.config()] }, HEALTH);
    const health = async (): Promise<unknown> => {
      const { status, json } = await application.get('/health');
      const { details } = json as { details: Record<string, { issuers: object }> };
      const [issuer] = Object.values(details['trustedIssuers']?.issuers ?? {}) as {
        introspection?: string;
      }[];
      return [status, issuer?.introspection];
    };
    expect(await health()).toEqual([200, 'pending']);
    await application.get('/notes', 'opaque');
    expect(await health()).toEqual([200, 'available']);
    server.answer(fail(401));
    await application.get('/notes', 'opaque');
    expect(await health()).toEqual([503, 'unavailable']);
    const { length } = server.questions;
    server.answer({ active: false });
    scene.clock.advance(2);
    await health();
    await eventually(async () => expect(await health()).toEqual([200, 'available']));
    // What it asked about is nobody's token.
    expect(server.questions).toHaveLength(length + 1);
    expect(server.questions.at(-1)?.form.get('token')).toMatch(/^[\w-]{32}$/);
  });
});
