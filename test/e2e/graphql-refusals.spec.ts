import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Catch, type ExceptionFilter, Module } from '@nestjs/common';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { allowInsecureRequests, protectedResourceRequest } from 'oauth4webapi';
import {
  type GraphQLApplication,
  type GraphQLApplicationOptions,
  SERVERS,
  type ServerName,
  startGraphQL,
} from '../support/graphql.js';
import { NotesResolver } from '../support/notes.resolver.js';
import { hintOf, unauthorizedBody, type UnauthorizedCode } from '../support/unauthorized.js';

@Module({ providers: [NotesResolver] })
class NotesModule {}

type Config = Parameters<typeof startGraphQL>[1];
type ServerOptions = GraphQLApplicationOptions['graphql'];

const HINT = hintOf('notes');
const APOLLO = SERVERS.filter((server) => server !== 'Mercurius');

/** The documented body without its message. */
function unauthorized(code: UnauthorizedCode): object {
  const { message: _, ...extensions } = unauthorizedBody(code, 'notes');
  return extensions;
}

/** Functions that make the context, and compilation for Mercurius. */
const OWN_CONTEXT: Readonly<Record<ServerName, ServerOptions>> = {
  'Apollo on Express': { context: ({ req, res }: Record<'req' | 'res', object>) => ({ req, res }) },
  'Apollo on Fastify': { context: (req: object, reply: object) => ({ req, reply }) },
  Mercurius: { jit: 1, context: (request: object) => ({ request }) },
};

/** Apollo Server takes `http` out of the extensions; Mercurius sends it. */
function sent(server: ServerName, extensions: object, headers: object): object {
  const { status } = extensions as { status: number };
  return server === 'Mercurius' ? { ...extensions, http: { status, headers } } : extensions;
}

describe('Refusals in GraphQL', () => {
  let issuer: TestIssuer;
  let unreachable: TestIssuer;
  beforeAll(async () => {
    [issuer, unreachable] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    await unreachable.close();
  });
  afterAll(() => issuer.close());

  const start = (
    server: ServerName,
    graphql: ServerOptions = {},
    config: Partial<Config> = {},
    options: Partial<GraphQLApplicationOptions> = {},
  ): Promise<GraphQLApplication> =>
    startGraphQL(
      server,
      { issuers: [issuer.config(), unreachable.config()], realm: 'notes', ...config },
      { resolvers: [NotesResolver], graphql, ...options },
    );

  describe.each(SERVERS)('by %s', (server) => {
    it.each([
      ['as configured without a word', {}],
      ['without the exception filter', { exceptionFilter: false }],
    ])('are one error with the documented body and its challenge, %s', async (_name, config) => {
      const application = await start(server, {}, config);
      const challenge = `${HINT}, error="invalid_token", error_description="Access token expired"`;
      const answer = await application.query('{ maybe }', issuer.expiredToken());
      expect(answer.errors).toEqual([
        {
          message: 'Access token expired',
          locations: [{ line: 1, column: 3 }],
          path: ['maybe'],
          extensions: sent(server, unauthorized('token_expired'), {
            'www-authenticate': challenge,
          }),
        },
      ]);
      expect([answer.status, answer.challenge]).toEqual([200, challenge]);
      await application.close();
    });

    it('a token that can’t be checked is 503 with Retry-After and no challenge', async () => {
      const application = await start(server);
      const answer = await application.query('{ maybe }', unreachable.token());
      const retryAfter = answer.headers['retry-after'];
      expect(retryAfter).toMatch(/^[1-9][0-9]*$/);
      expect(answer.challenge).toBeUndefined();
      const body = { status: 503, error: 'Service Unavailable', code: 'keys_unavailable' };
      expect(answer.errors).toMatchObject([
        {
          message: 'Token verification unavailable',
          extensions: sent(server, body, { 'retry-after': retryAfter }),
        },
      ]);
      await application.close();
    });

    it('a missing scope is 403 and names the scope', async () => {
      const application = await start(server);
      const answer = await application.query('{ scoped }', issuer.token());
      expect(answer.errors).toMatchObject([
        { message: 'Insufficient scope', extensions: { status: 403, code: 'insufficient_scope' } },
      ]);
      expect(answer.challenge).toContain('error="insufficient_scope", scope="notes:read"');
      await application.close();
    });

    it('a login that is too old is 401 and says how old it may be', async () => {
      const application = await start(server);
      const now = Math.floor(Date.now() / 1_000);
      const loggedIn = (ago: number): string => issuer.token({ claims: { auth_time: now - ago } });
      expect((await application.query('{ recent }', loggedIn(10))).data).toEqual({
        recent: 'recent',
      });
      const answer = await application.query('{ recent }', loggedIn(1_000));
      expect(answer.errors).toMatchObject([{ extensions: unauthorized('step_up_required') }]);
      expect(answer.challenge).toContain('max_age="300"');
      await application.close();
    });

    it('an application’s own 401 gets the same, with its own message or body', async () => {
      const application = await start(server);
      const own = async (field: string): Promise<unknown> => {
        const answer = await application.query(`{ ${field} }`);
        expect([answer.status, answer.challenge?.startsWith(HINT)]).toEqual([200, true]);
        return answer.errors;
      };
      const extensions = unauthorized('auth_required');
      expect(await own('locked')).toMatchObject([
        { message: 'Your account is locked', extensions },
      ]);
      expect(await own('silent')).toMatchObject([
        { message: 'Authentication required', extensions },
      ]);
      expect(await own('object')).toMatchObject([
        {
          message: 'Authentication required',
          extensions: { ...extensions, originalError: { reason: 'locked' } },
        },
      ]);
      expect(await own('ours')).toMatchObject([
        { message: 'Access token expired', extensions: unauthorized('token_expired') },
      ]);
      await application.close();
    });

    it('of several refused fields each has its error; the header is one of theirs', async () => {
      const application = await start(server);
      const answer = await application.query('{ scoped edited }', issuer.token());
      expect(answer.errors).toHaveLength(2);
      expect(answer.challenge?.match(/Bearer/g)).toHaveLength(1);
      expect(answer.challenge).toContain('error="insufficient_scope"');
      await application.close();
    });

    describe('an answer', () => {
      let application: GraphQLApplication;
      beforeAll(async () => {
        application = await start(server, {
          ...(server === 'Mercurius'
            ? { allowBatchedQueries: true }
            : { allowBatchedHttpRequests: true }),
        });
      });
      afterAll(() => application.close());

      it.each([
        ['a neighbour', '{ maybe about }', undefined],
        ['a neighbour before it', '{ about maybe }', undefined],
        ['an alias', '{ maybe two: about }', undefined],
        ['a fragment', '{ maybe ...Open } fragment Open on Query { about }', undefined],
        ['its type', '{ maybe __typename }', undefined],
        ['the field above', '{ notes { id draft } }', []],
        ['a field whose caller need not be known', '{ greeting scoped }', []],
        ['an earlier mutation', 'mutation { one: add(id: "1") { draft } }', []],
        ['a neighbour of a 401 of its own', '{ locked about }', undefined],
        ['a neighbour of a 401 that was worded elsewhere', '{ ours object about }', undefined],
      ])('with data has no challenge: %s', async (_what, query, scopes) => {
        const token = scopes && issuer.token({ scopes });
        for (let times = 0; times < 3; times++) {
          const answer = await application.query(query, token);
          expect(answer.errors?.[0]?.extensions['authenticateHint']).toBe(HINT);
          expect(answer.data).toEqual(expect.any(Object));
          expect([answer.status, answer.challenge]).toEqual([200, undefined]);
          expect(answer.headers['cache-control']).toContain('no-store');
        }
      });

      it.each([
        ['its one field', '{ whoami }', undefined],
        ['its one field, which may be null', '{ maybe }', undefined],
        ['one that may not be null', '{ whoami about }', undefined],
        ['all fields', '{ maybe scoped }', undefined],
        ['a field far below that may not be null', '{ notes { secret } }', undefined],
        ['what is left of it', '{ maybe about @include(if: false) }', undefined],
        ['a mutation', 'mutation { add(id: "1") { id } }', undefined],
        ['a 401 of its own', '{ locked silent }', undefined],
        ['scopes', '{ scoped }', []],
      ])('without data has one: refused is %s', async (_what, query, scopes) => {
        const token = scopes && issuer.token({ scopes });
        const answer = await application.query(query, token);
        expect(answer.challenge).toContain(HINT);
      });

      it('with data reaches a client that parses challenges; without data its challenge does', async () => {
        const ask = (query: string): Promise<Response> =>
          protectedResourceRequest(
            issuer.expiredToken(),
            'POST',
            new URL(`${application.url}/graphql`),
            new Headers({ 'Content-Type': 'application/json' }),
            JSON.stringify({ query }),
            { [allowInsecureRequests]: true },
          );
        expect(await (await ask('{ maybe about }')).json()).toMatchObject({
          data: { maybe: null, about: 'notes' },
        });
        await expect(ask('{ maybe }')).rejects.toMatchObject({
          cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
        });
      });

      it('has none either where the context, or just-in-time compilation, is the application’s', async () => {
        const own = await start(server, OWN_CONTEXT[server]);
        for (let times = 0; times < 3; times++) {
          expect((await own.query('{ maybe about }')).challenge).toBeUndefined();
          expect((await own.query('{ maybe }')).challenge).toBe(HINT);
        }
        await own.close();
      });

      it('to a batch has one when nothing in it was answered', async () => {
        const challengeTo = async (...queries: string[]): Promise<string | undefined> => {
          const { json, challenge } = await application.post(queries.map((query) => ({ query })));
          expect(json).toHaveLength(queries.length);
          return challenge;
        };
        expect(await challengeTo('{ maybe }', '{ whoami }')).toBe(HINT);
        expect(await challengeTo('{ maybe }', '{ about }')).toBeUndefined();
        expect(await challengeTo('{ about }', '{ whoami }')).toBeUndefined();
        expect(await challengeTo('{ maybe about }', '{ whoami }')).toBeUndefined();
      });
    });

    it('no answer has anything of the token, or a stack', async () => {
      const application = await start(server);
      for (const token of [issuer.expiredToken(), issuer.tamperedToken(), unreachable.token()]) {
        const answer = await application.query('{ whoami }', token);
        const told = [answer.text, JSON.stringify(answer.headers), application.log.text()].join();
        for (const part of token.split('.')) expect(told).not.toContain(part);
        expect(answer.text).not.toContain('stack');
        expect(answer.text).not.toMatch(/\bat .+:\d+:\d+/);
      }
      await application.close();
    });

    it('disclosure: minimal says no more than that the token is bad, in development neither', async () => {
      const application = await start(
        server,
        server === 'Mercurius' ? {} : { includeStacktraceInErrorResponses: true },
        { disclosure: 'minimal' },
      );
      const { errors, text } = await application.query('{ maybe }', issuer.tamperedToken());
      expect(errors).toMatchObject([
        { message: 'Access token invalid', extensions: unauthorized('token_invalid') },
      ]);
      expect(text).not.toMatch(/signature/i);
      await application.close();
    });

    it('an exception filter of the application sees the exceptions it knows', async () => {
      const seen: unknown[] = [];
      @Catch()
      class OwnFilter implements ExceptionFilter {
        catch(exception: unknown, _host: ArgumentsHost): unknown {
          seen.push(exception);
          return exception;
        }
      }
      const application = await start(
        server,
        {},
        {},
        { configure: (app) => app.useGlobalFilters(new OwnFilter()) },
      );
      const { errors } = await application.query('{ maybe }', issuer.expiredToken());
      expect(errors).toMatchObject([{ extensions: unauthorized('token_expired') }]);
      expect(seen).toMatchObject([{ name: 'TokenExpiredException', code: 'token_expired' }]);
      await application.close();
    });
  });

  it.each(APOLLO)(
    'with data have no challenge from %s where `include` names modules',
    async (server) => {
      const application = await startGraphQL(
        server,
        { issuers: [issuer.config()], realm: 'notes' },
        { resolvers: [], imports: [NotesModule], graphql: { include: [NotesModule] } },
      );
      const answer = await application.query('{ maybe about }');
      expect(answer.data).toEqual({ maybe: null, about: 'notes' });
      expect(answer.challenge).toBeUndefined();
      expect((await application.query('{ maybe }')).challenge).toBe(HINT);
      await application.close();
    },
  );

  describe.each(APOLLO)('the status of %s', (server) => {
    it.each([
      ['{ whoami }', () => undefined, 401],
      ['{ whoami }', () => unreachable.token(), 503],
      ['{ scoped }', () => issuer.token(), 403],
      ['{ maybe about }', () => undefined, 401],
    ])(
      'is 200, and that of the refusal with preserveHttpStatusForExecutionErrors: false: %s',
      async (query, token, status) => {
        const plain = await start(server);
        expect((await plain.query(query, token())).status).toBe(200);
        await plain.close();
        const preserving = await start(server, { preserveHttpStatusForExecutionErrors: false });
        expect((await preserving.query(query, token())).status).toBe(status);
        await preserving.close();
      },
    );

    it('formatError of the application sees message and extensions', async () => {
      const application = await start(server, {
        formatError: ({ message, extensions }) => ({
          message,
          extensions: { ...extensions, seen: true },
        }),
      });
      const { errors } = await application.query('{ maybe }');
      expect(errors).toEqual([
        {
          message: 'Authentication required',
          extensions: { ...unauthorized('auth_required'), seen: true },
        },
      ]);
      await application.close();
    });
  });

  describe('the status of Mercurius', () => {
    it.each([
      ['nothing else was answered', '{ whoami }', () => undefined, 401],
      ['nothing else was answered', '{ whoami }', () => unreachable.token(), 503],
      ['a field may be null', '{ scoped }', () => issuer.token(), 200],
      ['something was answered', '{ maybe about }', () => undefined, 200],
      ['nothing else was answered', '{ one: whoami two: whoami }', () => undefined, 401],
    ])('where %s: %s', async (_when, query, token, status) => {
      for (const jit of [0, 1]) {
        const application = await start('Mercurius', { jit });
        for (let times = 0; times < 3; times++) {
          const answer = await application.query(query, token());
          expect(answer.status).toBe(status);
          expect(answer.errors?.[0]?.extensions).toMatchObject({ http: { headers: {} } });
        }
        await application.close();
      }
    });
  });
});
