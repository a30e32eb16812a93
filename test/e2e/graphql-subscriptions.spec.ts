import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLModule } from '@nestjs/graphql';
import { AccessTokenVerifier, type AuthModuleConfig } from 'nestjs-trusted-issuers';
import { authenticateConnection } from 'nestjs-trusted-issuers/graphql';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import {
  driverOf,
  type GraphQLApplication,
  SERVERS,
  type ServerName,
  startGraphQL,
} from '../support/graphql.js';
import {
  connectGraphQL,
  type GraphQLSocket,
  type SocketCredentials,
} from '../support/graphql-socket.js';
import { MovableClock } from '../support/movable-clock.js';
import { opened } from '../support/opened.js';
import { TicksResolver } from '../support/ticks.resolver.js';

const bearer = (token: string): string => `Bearer ${token}`;
const inParams = (token: string): SocketCredentials => ({
  connectionParams: { Authorization: bearer(token) },
});

/** What a client sees of a refused operation: results with errors from graphql-ws, an error message from Mercurius. */
async function errorsOf(socket: GraphQLSocket, query: string): Promise<unknown> {
  try {
    return (await socket.first(query)).errors;
  } catch (thrown) {
    return thrown;
  }
}

describe.each(SERVERS)('GraphQL over WebSocket by %s', (server) => {
  const { keep } = opened();
  const clock = new MovableClock();
  let issuer: TestIssuer;
  let unreachable: TestIssuer;
  beforeAll(async () => {
    const { now } = clock;
    [issuer, unreachable] = await Promise.all([
      createTestIssuer({ now }),
      createTestIssuer({ now }),
    ]);
    await unreachable.close();
  });
  afterAll(() => issuer.close());

  const config = (): AuthModuleConfig => ({
    issuers: [issuer.config({ clockToleranceSeconds: 0 }), unreachable.config()],
  });
  const connect = ({ url }: GraphQLApplication, credentials: SocketCredentials): GraphQLSocket =>
    keep(connectGraphQL(url, credentials));

  describe('with nothing configured but subscriptions', () => {
    let application: GraphQLApplication;
    beforeAll(async () => {
      application = await startGraphQL(server, config(), {
        clock,
        resolvers: [TicksResolver],
        graphql: subscriptionsOf(server),
      });
    });
    afterAll(() => application.close());

    it.each([
      ['Authorization of the parameters', (token: string) => inParams(token)],
      [
        'authorization of the parameters',
        (token: string) => ({ connectionParams: { authorization: bearer(token) } }),
      ],
      [
        'the header of the upgraded request',
        (token: string) => ({ headers: { authorization: bearer(token) } }),
      ],
      [
        'the same in both',
        (token: string) => ({ ...inParams(token), headers: { authorization: bearer(token) } }),
      ],
    ])('the token is read from %s', async (_name, credentials) => {
      const socket = connect(application, credentials(issuer.token({ scopes: ['ticks:read'] })));
      expect(await socket.first('subscription { ticks }')).toEqual({ data: { ticks: 'alice' } });
      expect(await socket.first('subscription { filtered }')).toEqual({
        data: { filtered: 'alice' },
      });
      expect(await socket.first('subscription { scoped }')).toEqual({ data: { scoped: 'alice' } });
      expect(await socket.first('{ whoami }')).toEqual({ data: { whoami: 'alice' } });
    });

    it.each([
      ['no token', () => ({}), 'auth_required', 401],
      [
        'parameters without a token',
        () => ({ connectionParams: { token: 'x' } }),
        'auth_required',
        401,
      ],
      [
        'something else than a string',
        () => ({ connectionParams: { Authorization: 7 } }),
        'auth_required',
        401,
      ],
      ['an expired token', () => inParams(issuer.expiredToken()), 'token_expired', 401],
      ['a tampered token', () => inParams(issuer.tamperedToken()), 'signature_invalid', 401],
      [
        'a token that can’t be judged',
        () => inParams(unreachable.token()),
        'keys_unavailable',
        503,
      ],
      [
        'two tokens',
        () => ({
          ...inParams(issuer.token()),
          headers: { authorization: bearer(issuer.token({ subject: 'bob' })) },
        }),
        'invalid_request',
        400,
      ],
    ])('%s is refused, operation by operation', async (_name, credentials, code, status) => {
      const socket = connect(application, credentials());
      for (const query of ['subscription { ticks }', 'subscription { filtered }', '{ whoami }'])
        expect([query, await errorsOf(socket, query)]).toMatchObject([
          query,
          [{ extensions: { status, code, http: { status, headers: expect.any(Object) } } }],
        ]);
      expect(await socket.first('subscription { open }')).toEqual({ data: { open: 'anybody' } });
    });

    it('the challenge is in the error, since there is no header for it', async () => {
      const socket = connect(application, inParams(issuer.token()));
      expect(await errorsOf(socket, 'subscription { scoped }')).toMatchObject([
        {
          message: 'Insufficient scope',
          extensions: {
            status: 403,
            code: 'insufficient_scope',
            http: {
              headers: {
                'www-authenticate':
                  'Bearer realm="api", error="insufficient_scope", scope="ticks:read", error_description="Insufficient scope"',
              },
            },
          },
        },
      ]);
    });

    it('connections at the same time each have their own identity', async () => {
      const subjects = Array.from({ length: 10 }, (_, index) => `user-${index}`);
      const seen = await Promise.all(
        subjects.map(async (subject) => {
          const socket = connect(application, inParams(issuer.token({ subject })));
          const results = socket.results('subscription { ticks }');
          const ticks = [];
          for (let times = 0; times < 5; times++) ticks.push((await results.next()).value);
          return ticks;
        }),
      );
      expect(seen).toEqual(
        subjects.map((ticks) => Array.from({ length: 5 }, () => ({ data: { ticks } }))),
      );
    });

    it('a subscription outlives its token, and a new operation does not begin', async () => {
      const socket = connect(application, inParams(issuer.token({ expiresInSeconds: 2 })));
      const results = socket.results('subscription { ticks }');
      expect((await results.next()).value).toEqual({ data: { ticks: 'alice' } });
      clock.advance(2);
      expect((await results.next()).value).toEqual({ data: { ticks: 'alice' } });
      expect(await errorsOf(socket, '{ whoami }')).toMatchObject([
        { extensions: { code: 'token_expired' } },
      ]);
    });
  });

  describe('with authenticateConnection as onConnect', () => {
    let application: GraphQLApplication;
    beforeAll(async () => {
      application = await startGraphQL(server, config(), {
        clock,
        resolvers: [TicksResolver],
        graphqlModule: GraphQLModule.forRootAsync({
          driver: driverOf(server),
          inject: [AccessTokenVerifier],
          useFactory: (verifier: AccessTokenVerifier) => ({
            autoSchemaFile: true,
            ...subscriptionsOf(server, { onConnect: authenticateConnection(verifier) }),
          }),
        }),
      });
    });
    afterAll(() => application.close());

    it.each([
      ['parameters', (token: string) => inParams(token)],
      ['headers', (token: string) => ({ headers: { authorization: bearer(token) } })],
    ])('lets in connections with a good token in their %s', async (_name, credentials) => {
      const socket = connect(application, credentials(issuer.token()));
      expect(await socket.first('subscription { ticks }')).toEqual({ data: { ticks: 'alice' } });
      expect(await errorsOf(socket, 'subscription { scoped }')).toMatchObject([
        { extensions: { code: 'insufficient_scope' } },
      ]);
    });

    it.each([
      ['no token', () => ({}), 4401, 'auth_required'],
      ['an expired token', () => inParams(issuer.expiredToken()), 4403, 'token_expired'],
      ['a tampered token', () => inParams(issuer.tamperedToken()), 4403, 'signature_invalid'],
      [
        'a token that can’t be judged',
        () => inParams(unreachable.token()),
        1013,
        'keys_unavailable',
      ],
    ])('closes a connection with %s', async (_name, credentials, code, reason) => {
      const socket = connect(application, credentials());
      await expect(socket.first('subscription { open }')).rejects.toMatchObject({ code, reason });
      expect(await socket.closed).toMatchObject({ code, reason });
    });

    it('closes a connection whose token has expired', async () => {
      const socket = connect(application, inParams(issuer.token({ expiresInSeconds: 2 })));
      const results = socket.results('subscription { ticks }');
      expect((await results.next()).value).toEqual({ data: { ticks: 'alice' } });
      clock.advance(2);
      await expect(exhaust(results)).rejects.toMatchObject({ code: 4403, reason: 'token_expired' });
    });
  });
});

/** Contexts an application may make for graphql-ws itself; Mercurius has no such option. */
describe.each([
  [
    'the parameters and extra',
    ({ connectionParams, extra }: Connection) => ({ connectionParams, extra }),
  ],
  [
    'the parameters and the request',
    ({ connectionParams, extra }: Connection) => ({ connectionParams, req: extra.request }),
  ],
  ['the connection as req', (connection: Connection) => ({ req: connection })],
])('A context made for graphql-ws of %s', (_name, context) => {
  const { keep, issuer: openIssuer } = opened();

  it('lets the guard find the token', async () => {
    const issuer = await openIssuer();
    const application = keep(
      await startGraphQL(
        'Apollo on Express',
        { issuers: [issuer.config()] },
        {
          resolvers: [TicksResolver],
          graphql: { subscriptions: { 'graphql-ws': { context } as object } },
        },
      ),
    );
    const socket = keep(connectGraphQL(application.url, inParams(issuer.token())));
    expect(await socket.first('subscription { ticks }')).toEqual({ data: { ticks: 'alice' } });
    const stranger = keep(connectGraphQL(application.url));
    expect(await errorsOf(stranger, 'subscription { ticks }')).toMatchObject([
      { extensions: { code: 'auth_required' } },
    ]);
  });
});

interface Connection {
  readonly connectionParams?: object;
  readonly extra: { readonly request: object };
}

/** The option of a driver that turns subscriptions on, and operations of all kinds over the WebSocket. */
function subscriptionsOf(server: ServerName, options: object = {}): object {
  return server === 'Mercurius'
    ? { subscription: { fullWsTransport: true, ...options } }
    : { subscriptions: { 'graphql-ws': options } };
}

async function exhaust(results: AsyncIterableIterator<unknown>): Promise<void> {
  while (!(await results.next()).done);
}
