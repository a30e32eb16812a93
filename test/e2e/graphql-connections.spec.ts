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
import { opened } from '../support/opened.js';
import { TicksResolver } from '../support/ticks.resolver.js';

function start(
  server: ServerName,
  config: AuthModuleConfig,
  hear: (connection: unknown) => void = () => undefined,
): Promise<GraphQLApplication> {
  return startGraphQL(server, config, {
    resolvers: [TicksResolver],
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

describe.each(SERVERS)('A connection that authenticateConnection let in, on %s', (server) => {
  const { keep, issuer: openIssuer } = opened();

  it('ends when its token expires, though nobody ever says whether it was revoked', async () => {
    const issuer = await openIssuer();
    let silent = false;
    const application = keep(
      await start(server, {
        issuers: [issuer.config({ clockToleranceSeconds: 1 })],
        isRevoked: () => (silent ? new Promise<boolean>(() => undefined) : false),
      }),
    );
    const token = issuer.token({ expiresInSeconds: 2 });
    const socket = keep(
      connectGraphQL(application.url, { connectionParams: { Authorization: `Bearer ${token}` } }),
    );
    await socket.first('subscription { ticks }');
    silent = true;
    expect(await socket.closed).toMatchObject({ code: 4403, reason: 'token_expired' });
  });
});

describe('A connection of Mercurius that is initialised again and again', () => {
  const { keep, issuer: openIssuer } = opened();

  it('is watched once, by the token that came last', async () => {
    const issuer = await openIssuer();
    let watched: EventEmitter | undefined;
    const application = keep(
      await start(
        'Mercurius',
        { issuers: [issuer.config({ clockToleranceSeconds: 0 })] },
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
      const acknowledged = new Promise((resolve) => {
        socket.once('message', resolve);
      });
      const payload = { Authorization: `Bearer ${issuer.token({ expiresInSeconds })}` };
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
      await acknowledged;
    };
    await initialise(2);
    const before = watched?.listenerCount('close');
    expect(before).toBeGreaterThan(0);
    for (const seconds of [100, 100, 5]) await initialise(seconds);
    expect(watched?.listenerCount('close')).toBe(before);
    await new Promise((resolve) => {
      setTimeout(resolve, 2_500);
    });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(await ended).toBe('token_expired');
  }, 10_000);
});
