import { describe, expect, it } from '@jest/globals';
import { Controller, type INestApplication, UnauthorizedException } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  type AuthModuleExtras,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
} from 'nestjs-trusted-issuers';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { type ApplicationOptions, startApplication } from '../support/application.js';
import { answerOf, startHybrid, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { MovableClock } from '../support/movable-clock.js';
import { opened } from '../support/opened.js';
import { bearer, connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';

@WebSocketGateway()
class UnguardedGateway {
  @Public()
  handleConnection(): void {}

  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.subject };
  }

  @SubscribeMessage('own')
  own(): void {
    throw new UnauthorizedException('Not on Sundays');
  }

  @SubscribeMessage('open')
  open(): object {
    return { event: 'open', data: 'anybody' };
  }
}

/** Keeps the handshake of ws for the one that shares its server. */
@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class DoorGateway {}

@Controller()
class UnguardedController {
  @MessagePattern('open')
  open(): string {
    return 'anybody';
  }
}

const useGlobally = (app: INestApplication): void =>
  void app.useGlobalGuards(app.get(JwtAuthGuard));

/** Every way in which an application can register the guard for all of it. */
const WAYS: readonly (readonly [string, Partial<AuthModuleExtras>, ApplicationOptions])[] = [
  ['guardEveryRoute', { guardEveryRoute: true }, {}],
  ['APP_GUARD', {}, { providers: [{ provide: APP_GUARD, useExisting: JwtAuthGuard }] }],
  ['useGlobalGuards', {}, { configure: useGlobally }],
];

describe('A JwtAuthGuard that was made with new', () => {
  const { keep, issuer: startIssuer } = opened();

  it('admits no client, and the log says what to write', async () => {
    const issuer = await startIssuer();
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        { configure: (app) => void app.useGlobalGuards(new JwtAuthGuard()) },
      ),
    );
    expect((await application.get('/notes', issuer.token())).status).toBe(500);
    expect(application.log.text('error')).toContain('Write app.get(JwtAuthGuard) in its place');
  });
});

describe.each(WAYS)('A guard for the whole application, by %s', (_way, extras, options) => {
  const { keep, issuer: startIssuer } = opened();

  it.each(SOCKET_KINDS)('reaches the gateways of %s', async (kind) => {
    const clock = new MovableClock();
    const issuer = await startIssuer({ now: clock.now });
    const { url } = keep(
      await startApplication(
        { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }], ...extras },
        {
          clock,
          providers: [DoorGateway, UnguardedGateway, ...(options.providers ?? [])],
          controllers: [],
          configure: (app) => {
            useAdapter(kind)(app);
            options.configure?.(app);
          },
        },
      ),
    );
    const alice = keep(await connect(kind, url, bearer(issuer.token({ subject: 'alice' }))));
    expect(await alice.ask('whoami')).toBe('alice');
    const late = keep(await connect(kind, url, bearer(issuer.token({ expiresInSeconds: 1 }))));
    clock.advance(1);
    late.send('open');
    expect(await late.next('exception')).toMatchObject({ code: 'token_expired' });
    expect(late.received.map(({ event }) => event)).not.toContain('open');
  });

  it('reaches a microservice, also one beside HTTP that inherits the configuration', async () => {
    const issuer = await startIssuer();
    const parts = {
      config: { issuers: [issuer.config()], ...extras },
      controllers: [UnguardedController],
      providers: options.providers ?? [],
    };
    const { service } = keep(
      await startHybrid(parts, { inheritAppConfig: true }, options.configure),
    );
    const client = tcpClientOf(service);
    keep({ close: async () => client.close() });
    expect(await answerOf(client.send('open', {}))).toMatchObject({
      refused: { code: 'auth_required' },
    });
  });

  it('does not reach a microservice beside HTTP that inherits no configuration', async () => {
    const issuer = await startIssuer();
    const parts = {
      config: { issuers: [issuer.config()], ...extras },
      controllers: [UnguardedController],
      providers: options.providers ?? [],
    };
    const { service } = keep(await startHybrid(parts, {}, options.configure));
    const client = tcpClientOf(service);
    keep({ close: async () => client.close() });
    expect(await answerOf(client.send('open', {}))).toBe('anybody');
  });
});

describe('What is registered for the whole application', () => {
  const { keep, issuer: startIssuer } = opened();

  it('reaches a microservice without HTTP', async () => {
    const issuer = await startIssuer();
    const { service } = keep(
      await startMicroservice({
        config: { issuers: [issuer.config()], guardEveryRoute: true },
        controllers: [UnguardedController],
      }),
    );
    const client = tcpClientOf(service);
    keep({ close: async () => client.close() });
    expect(await answerOf(client.send('open', {}))).toMatchObject({
      refused: { code: 'auth_required' },
    });
  });

  it('does not reach gateways where it is a filter: hence @AuthenticatedGateway() brings its own', async () => {
    const issuer = await startIssuer();
    const { url } = keep(
      await startApplication(
        { issuers: [issuer.config()], guardEveryRoute: true },
        { providers: [UnguardedGateway], controllers: [] },
      ),
    );
    const socket = keep(await connect('socket.io', url, bearer(issuer.token())));
    socket.send('own');
    expect(await socket.next('exception')).toMatchObject({ message: 'Internal server error' });
  });
});
