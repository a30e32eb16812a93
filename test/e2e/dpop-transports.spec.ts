import { Controller, UseGuards } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AccessTokenVerifier,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
} from 'nestjs-trusted-issuers';
import {
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  proofFor,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { startApplication } from '../support/application.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';

const ORIGIN = 'https://api.example.com';
const DPOP = { mode: 'allowed', origin: ORIGIN } as const;

@UseGuards(JwtAuthGuard)
@Resolver()
class NamesResolver {
  @Query(() => String)
  first(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @UseGuards(JwtAuthGuard)
  @Query(() => String)
  second(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

@UseGuards(JwtAuthGuard)
@AuthenticatedGateway()
@WebSocketGateway()
class NamesGateway {
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() { subject }: Identity): object {
    return { event: 'whoami', data: subject };
  }
}

@UseGuards(JwtAuthGuard)
@Controller()
class NamesController {
  @MessagePattern('whoami')
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

describe('Bound tokens', () => {
  let issuer: TestIssuer;
  let key: DpopKey;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    key = await createDpopKey();
  });
  afterAll(() => issuer.close());

  const headersFor = (path: string, method: string, origin = ORIGIN): Record<string, string> => {
    const token = issuer.token({ dpop: key });
    const proof = proofFor(key, { url: origin + path, method, token });
    return { Authorization: `DPoP ${token}`, DPoP: proof };
  };

  it.each(SERVERS)(
    'of one GraphQL request need one proof for all of its fields, by %s',
    async (server) => {
      const application = await startGraphQL(
        server,
        { issuers: [issuer.config()], dpop: DPOP },
        { resolvers: [NamesResolver] },
      );
      const query = (headers: Record<string, string>): ReturnType<typeof application.call> =>
        application.call('/graphql', {
          method: 'POST',
          headers: [['Content-Type', 'application/json'], ...Object.entries(headers)],
          body: JSON.stringify({ query: '{ first second }' }),
        });
      const headers = headersFor('/graphql', 'POST');
      expect((await query(headers)).json).toEqual({ data: { first: 'alice', second: 'alice' } });
      expect(JSON.stringify((await query(headers)).json)).toContain('dpop_proof_invalid');
      await application.close();
    },
  );

  describe.each(SOCKET_KINDS)('of a handshake, by %s', (kind) => {
    // ws of @nestjs/platform-ws listens at the root, socket.io at its own path.
    const path = kind === 'ws' ? '/' : '/socket.io/';

    it('need one proof for it, and none for messages', async () => {
      const application = await startApplication(
        { issuers: [issuer.config()], dpop: DPOP },
        { controllers: [], providers: [NamesGateway], configure: useAdapter(kind) },
      );
      for (const origin of [ORIGIN, ORIGIN.replace('https', 'wss')]) {
        const headers = headersFor(path, 'GET', origin);
        const socket = await connect(kind, application.url, { headers });
        for (let message = 0; message < 2; message++)
          expect(await socket.ask('whoami')).toBe('alice');
        await socket.close();
      }
      await application.close();
    });

    it('are refused without it, and with one that was used', async () => {
      const application = await startApplication(
        { issuers: [issuer.config()], dpop: DPOP },
        { controllers: [], providers: [NamesGateway], configure: useAdapter(kind) },
      );
      const used = headersFor(path, 'GET');
      const first = await connect(kind, application.url, { headers: used });
      expect(await first.ask('whoami')).toBe('alice');
      await first.close();
      const { DPoP: _proof, ...without } = headersFor(path, 'GET');
      for (const headers of [used, without]) {
        const socket = await connect(kind, application.url, { headers });
        const event = kind === 'ws' ? 'exception' : 'connect_error';
        expect(await socket.next(event)).toMatchObject({ code: 'dpop_proof_invalid' });
        await socket.close();
      }
      await application.close();
    });
  });

  it('of a message are refused, with a reason: a proof could name nothing there', async () => {
    const { service, log, close } = await startMicroservice({
      config: { issuers: [issuer.config()], dpop: DPOP },
      controllers: [NamesController],
    });
    const client = await tcpClientOf(service);
    for (const scheme of ['DPoP', 'Bearer']) {
      const authorization = `${scheme} ${issuer.token({ dpop: key })}`;
      const claimed = { method: 'GET', url: '/x', dpop: headersFor('/x', 'GET')['DPoP'] };
      expect(await answerOf(client.send('whoami', { authorization, ...claimed }))).toMatchObject({
        refused: { code: 'token_binding_invalid' },
      });
    }
    expect(log.text('debug')).toContain(
      'came with a call that has no method and address for a proof to name',
    );
    const authorization = `Bearer ${issuer.token()}`;
    expect(await answerOf(client.send('whoami', { authorization }))).toBe('alice');
    client.close();
    await close();
  });

  it('or what is no text in place of a token or a proof, get the documented answer', async () => {
    const { service, log, close } = await startMicroservice({
      config: { issuers: [issuer.config()], dpop: DPOP },
      controllers: [NamesController],
    });
    const client = await tcpClientOf(service);
    // Neither has a primitive value.
    for (const authorization of [{ toString: 'x' }, [[{ toString: 'x' }]]]) {
      expect(await answerOf(client.send('whoami', { authorization }))).toMatchObject({
        refused: { code: expect.stringMatching(/^(?:token_malformed|invalid_request)$/) },
      });
      const asked = service
        .get(AccessTokenVerifier)
        .verifyRequest({ headers: { authorization } } as never);
      await expect(asked).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:token_malformed|invalid_request)$/),
      });
    }
    const authorization = `DPoP ${issuer.token({ dpop: key })}`;
    for (const dpop of [{ toString: 'x' }, [{ toString: 'x' }], 7, '']) {
      const request = { headers: { authorization, dpop }, method: 'GET', url: '/' };
      const asked = service.get(AccessTokenVerifier).verifyRequest(request as never);
      await expect(asked).rejects.toMatchObject({ code: 'dpop_proof_invalid' });
    }
    expect(log.text('error')).toBe('');
    client.close();
    await close();
  });
});
