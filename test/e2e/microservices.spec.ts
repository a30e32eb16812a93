import { describe, expect, it } from '@jest/globals';
import { Controller, Scope, UnauthorizedException, UseGuards } from '@nestjs/common';
import {
  type ClientProxy,
  EventPattern,
  MessagePattern,
  Payload,
  type TcpContext,
} from '@nestjs/microservices';
import {
  type AuthModuleConfig,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { of } from 'rxjs';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { MovableClock } from '../support/movable-clock.js';
import { opened } from '../support/opened.js';
import { unauthorizedBody } from '../support/unauthorized.js';

const AUTH_REQUIRED = unauthorizedBody('auth_required');

@UseGuards(JwtAuthGuard)
@Controller()
class JobsController {
  static readonly done: string[] = [];

  @MessagePattern('whoami')
  whoami(@CurrentIdentity() identity: Identity): string {
    return identity.id;
  }

  @MessagePattern('many')
  many(@CurrentIdentity() { subject }: Identity) {
    return of(subject);
  }

  @Public()
  @MessagePattern('about')
  about(): string {
    return 'jobs';
  }

  @OptionalAuth()
  @MessagePattern('greet')
  greet(@CurrentIdentity() identity: Identity | undefined): string {
    return identity?.subject ?? 'stranger';
  }

  @RequireScopes('jobs:write')
  @MessagePattern('take')
  take(@Payload('job') job: string, @CurrentIdentity() { subject }: Identity): object {
    return { job, by: subject };
  }

  @MessagePattern('own')
  own(): void {
    throw new UnauthorizedException('Not on Sundays');
  }

  @EventPattern('done')
  done(@CurrentIdentity() identity: Identity): void {
    JobsController.done.push(identity.subject);
  }
}

@UseGuards(JwtAuthGuard)
@Controller({ scope: Scope.REQUEST })
class PerMessageController {
  @MessagePattern('scoped')
  scoped(@CurrentIdentity() identity: Identity): string {
    return identity.subject;
  }
}

@Controller()
class ForgetfulController {
  @MessagePattern('forgotten')
  forgotten(@CurrentIdentity() identity: Identity): string {
    return identity.id;
  }

  @RequireScopes('jobs:write')
  @MessagePattern('demanding')
  demanding(): string {
    return 'done';
  }
}

describe('Messages to a microservice', () => {
  const { keep, issuer: startIssuer } = opened();

  async function start(config: AuthModuleConfig, clock?: MovableClock) {
    const microservice = keep(
      await startMicroservice({
        ...{ config, controllers: [JobsController, PerMessageController, ForgetfulController] },
        ...(clock && { clock }),
      }),
    );
    const client = tcpClientOf(microservice.service);
    keep({ close: async () => client.close() });
    const send = (pattern: string, data: unknown, by: ClientProxy = client): Promise<unknown> =>
      answerOf(by.send(pattern, data));
    return { ...microservice, client, send };
  }

  it('carry the identity of the token in their payload, each its own', async () => {
    const issuer = await startIssuer();
    const { send } = await start({ issuers: [issuer.config()] });
    const by = (subject: string) => ({ authorization: `Bearer ${issuer.token({ subject })}` });
    const answers = await Promise.all([
      ...['alice', 'bob', 'carol'].map((name) => send('whoami', by(name))),
      ...[send('many', by('alice')), send('scoped', by('bob')), send('greet', by('carol'))],
    ]);
    expect(answers).toEqual([
      ...['alice', 'bob', 'carol'].map((name) => `${issuer.issuer}|${name}`),
      ...['alice', 'bob', 'carol'],
    ]);
    const authorization = `Bearer ${issuer.token({ subject: 'alice', scopes: ['jobs:write'] })}`;
    expect(await send('take', { authorization, job: 'sweep' })).toEqual({
      ...{ job: 'sweep', by: 'alice' },
    });
  });

  it('carry the identity of the token in their metadata, where the transport has it', async () => {
    const issuer = await startIssuer();
    const { client, send } = await start({ issuers: [issuer.config()] });
    const authorization = `Bearer ${issuer.token({ subject: 'alice' })}`;
    client.setOnDispatchHook((packet) => {
      packet.metadata = { Authorization: authorization };
    });
    expect(await send('greet', 'any payload')).toBe('alice');
    expect(await send('greet', { authorization })).toMatchObject({
      refused: { status: 400, code: 'invalid_request' },
    });
  });

  it('without a token are refused with the documented body', async () => {
    const issuer = await startIssuer();
    const { send, log } = await start({ issuers: [issuer.config()], realm: 'api' });
    const none: unknown[] = [
      'text',
      7,
      [],
      {},
      null,
      { authorization: null },
      { authorization: [] },
    ];
    for (const data of [...none, { authorization: 'Basic YTpi' }, { Authorization: 'Bearer x' }])
      expect([data, await send('whoami', data ?? 0)]).toEqual([data, { refused: AUTH_REQUIRED }]);
    expect(await send('about', {})).toBe('jobs');
    expect(await send('greet', {})).toBe('stranger');
    expect(log.text('error')).toBe('');
  });

  it('with a bad token are refused with its code, and the token is in no answer or log', async () => {
    const issuer = await startIssuer();
    const { send, log } = await start({ issuers: [issuer.config()] });
    const token = issuer.expiredToken();
    const refused: readonly (readonly [unknown, object])[] = [
      [`Bearer ${token}`, { status: 401, code: 'token_expired' }],
      ['Bearer no.jwt', { status: 401, code: 'token_malformed' }],
      [{ toString: 'x' }, { status: 401, code: 'token_malformed' }],
      [[`Bearer ${token}`, `Bearer ${token}`], { status: 400, code: 'invalid_request' }],
    ];
    for (const [authorization, body] of refused)
      for (const pattern of ['whoami', 'greet', 'scoped'])
        expect(await send(pattern, { authorization })).toMatchObject({ refused: body });
    expect(log.text()).not.toContain(token);
    const authorization = `Bearer ${issuer.token()}`;
    expect(await send('take', { authorization })).toEqual({
      refused: {
        ...AUTH_REQUIRED,
        ...{ status: 403, error: 'Forbidden' },
        ...{ message: 'Insufficient scope', code: 'insufficient_scope' },
      },
    });
  });

  it('are checked again each time', async () => {
    const clock = new MovableClock();
    const issuer = await startIssuer({ now: clock.now });
    const { send } = await start({ issuers: [issuer.config()] }, clock);
    const authorization = `Bearer ${issuer.token({ expiresInSeconds: 60 })}`;
    expect(await send('whoami', { authorization })).toContain(issuer.issuer);
    clock.advance(66);
    expect(await send('whoami', { authorization })).toMatchObject({
      refused: { code: 'token_expired' },
    });
  });

  it('whose token can’t be checked get the 503', async () => {
    const issuer = await startIssuer();
    const { send } = await start({
      issuers: [{ ...issuer.config(), keys: { jwksUri: 'http://127.0.0.1:9/jwks' } }],
    });
    const authorization = `Bearer ${issuer.token()}`;
    expect(await send('whoami', { authorization })).toMatchObject({
      refused: { status: 503, code: 'keys_unavailable' },
    });
  });

  it('that no guard checked have no identity', async () => {
    const issuer = await startIssuer();
    const { send, log } = await start({ issuers: [issuer.config()] });
    const authorization = `Bearer ${issuer.token({ scopes: ['jobs:write'] })}`;
    expect(await send('forgotten', { authorization })).toEqual({ refused: AUTH_REQUIRED });
    expect(await send('demanding', { authorization })).toEqual({ refused: AUTH_REQUIRED });
    expect(log.text('error')).toContain('ForgetfulController.forgotten asks for');
  });

  it('end in the documented body for an UnauthorizedException of the application’s own', async () => {
    const issuer = await startIssuer();
    const { send } = await start({ issuers: [issuer.config()] });
    const authorization = `Bearer ${issuer.token()}`;
    expect(await send('own', { authorization })).toEqual({
      refused: { ...AUTH_REQUIRED, message: 'Not on Sundays' },
    });
  });

  it('that are events and want no answer are dropped, and the service goes on', async () => {
    const issuer = await startIssuer();
    const { client, send, log } = await start({ issuers: [issuer.config()] });
    JobsController.done.length = 0;
    const token = issuer.expiredToken();
    client.emit('done', { authorization: `Bearer ${token}` });
    client.emit('done', {});
    client.emit('done', { authorization: `Bearer ${issuer.token({ subject: 'alice' })}` });
    while (JobsController.done.length === 0) await send('about', {});
    expect(JobsController.done).toEqual(['alice']);
    expect(log.text()).not.toContain(token);
    expect(await send('about', {})).toBe('jobs');
  });

  it('find the token where tokenSources say: a member of the payload, or a function of the message', async () => {
    const issuer = await startIssuer();
    const { send } = await start({
      issuers: [issuer.config()],
      tokenSources: [
        { body: 'access_token' },
        (request) => {
          const { body, context } = request as {
            body: { auth?: { token?: string } };
            context: TcpContext;
          };
          return context.getPattern() === 'greet' ? body.auth?.token : undefined;
        },
      ],
    });
    const token = issuer.token({ subject: 'alice' });
    expect(await send('greet', { access_token: token })).toBe('alice');
    expect(await send('greet', { auth: { token } })).toBe('alice');
    expect(await send('whoami', { auth: { token } })).toEqual({ refused: AUTH_REQUIRED });
    expect(await send('whoami', { authorization: `Bearer ${token}` })).toEqual({
      refused: AUTH_REQUIRED,
    });
    expect(await send('greet', { access_token: token, auth: { token } })).toMatchObject({
      refused: { code: 'invalid_request' },
    });
  });
});
