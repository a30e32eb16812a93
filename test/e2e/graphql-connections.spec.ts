import { describe, expect, it } from '@jest/globals';
import { GraphQLModule } from '@nestjs/graphql';
import { AccessTokenVerifier, type AuthModuleConfig } from 'nestjs-trusted-issuers';
import { authenticateConnection } from 'nestjs-trusted-issuers/graphql';
import type { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import {
  driverOf,
  type GraphQLApplication,
  SERVERS,
  type ServerName,
  startGraphQL,
} from '../support/graphql.js';
import { connectGraphQL } from '../support/graphql-socket.js';
import { MovableClock } from '../support/movable-clock.js';
import { opened } from '../support/opened.js';
import { TicksResolver } from '../support/ticks.resolver.js';

function start(
  server: ServerName,
  config: AuthModuleConfig,
  clock: MovableClock,
  hear: (connection: unknown) => void = () => undefined,
): Promise<GraphQLApplication> {
  return startGraphQL(server, config, {
    resolvers: [TicksResolver],
    clock,
    graphqlModule: GraphQLModule.forRootAsync({
      driver: driverOf(server),
      inject: [AccessTokenVerifier],
      useFactory: (verifier: AccessTokenVerifier) => {
        const authenticate = authenticateConnection(verifier);
        const onConnect: typeof authenticate = function (connection) {
          hear(this);
          return authenticate.call(this, connection);
        };
        const options = { onConnect };
        return {
          autoSchemaFile: true,
          ...(server === 'Mercurius'
            ? { subscription: options }
            : { subscriptions: { 'graphql-ws': options } }),
        };
      },
    }),
  });
}

/** Sends a message and waits for one. */
function ask(socket: WebSocket, message: object): Promise<unknown> {
  const answer = new Promise((resolve) => {
    socket.once('message', resolve);
  });
  socket.send(JSON.stringify(message));
  return answer;
}

describe.each(SERVERS)('A connection that authenticateConnection let in, on %s', (server) => {
  const { keep, issuer: openIssuer } = opened();

  it('ends when its token expires, though it is never known whether it was revoked', async () => {
    const clock = new MovableClock();
    const issuer = await openIssuer({ now: clock.now });
    let silent = false;
    const application = keep(
      await start(
        server,
        {
          issuers: [issuer.config({ clockToleranceSeconds: 1 })],
          isRevoked: () => (silent ? new Promise<boolean>(() => undefined) : false),
        },
        clock,
      ),
    );
    const token = issuer.token({ expiresInSeconds: 2 });
    const socket = keep(
      connectGraphQL(application.url, { connectionParams: { Authorization: `Bearer ${token}` } }),
    );
    await socket.first('subscription { ticks }');
    silent = true;
    for (let seconds = 0; seconds < 4; seconds++) clock.advance(1);
    expect(await socket.closed).toMatchObject({ code: 4403, reason: 'token_expired' });
  });
});

describe('A connection of Mercurius that is initialised again and again', () => {
  const { keep, issuer: openIssuer } = opened();

  it('is watched once, by the token that came last', async () => {
    const clock = new MovableClock();
    const issuer = await openIssuer({ now: clock.now });
    let watched: EventEmitter | undefined;
    const application = keep(
      await start(
        'Mercurius',
        { issuers: [issuer.config({ clockToleranceSeconds: 0 })] },
        clock,
        (connection) => {
          watched = (connection as { readonly socket: EventEmitter }).socket;
        },
      ),
    );
    const socket = new WebSocket(`${application.url.replace('http', 'ws')}/graphql`, [
      'graphql-transport-ws',
    ]);
    const ended = new Promise<string>((resolve) => {
      socket.once('close', (_code, reason) => resolve(reason.toString()));
    });
    await new Promise((resolve) => {
      socket.once('open', resolve);
    });
    const initialise = async (expiresInSeconds: number): Promise<void> => {
      const payload = { Authorization: `Bearer ${issuer.token({ expiresInSeconds })}` };
      await ask(socket, { type: 'connection_init', payload });
    };
    await initialise(2);
    const before = watched?.listenerCount('close');
    expect(before).toBeGreaterThan(0);
    for (const seconds of [100, 100, 5]) await initialise(seconds);
    expect(watched?.listenerCount('close')).toBe(before);
    clock.advance(3);
    await ask(socket, { type: 'ping' });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    clock.advance(2);
    expect(await ended).toBe('token_expired');
  });
});
