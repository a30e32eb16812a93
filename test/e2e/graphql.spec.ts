import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UseGuards } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import {
  type AuthenticatedEvent,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { type GraphQLApplication, SERVERS, startGraphQL } from '../support/graphql.js';
import { NotesResolver } from '../support/notes.resolver.js';

/** Guarded method by method, where it is guarded at all. */
@Resolver()
class MethodsResolver {
  @UseGuards(JwtAuthGuard)
  @Query(() => String, { nullable: true })
  guarded(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @Query(() => String)
  open(): string {
    return 'open';
  }

  @Query(() => String, { nullable: true })
  forgotten(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @RequireScopes('notes:read')
  @Query(() => String, { nullable: true })
  unguarded(): string {
    return 'unguarded';
  }

  @Public()
  @Query(() => String)
  about(): string {
    return 'methods';
  }
}

const codesOf = ({ errors = [] }: Awaited<ReturnType<GraphQLApplication['query']>>): object =>
  Object.fromEntries(
    errors.map(({ path = [], extensions }) => [path.join('.'), extensions['code']]),
  );

describe.each(SERVERS)('GraphQL by %s', (server) => {
  const authenticated: AuthenticatedEvent[] = [];
  let issuer: TestIssuer;
  let application: GraphQLApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startGraphQL(
      server,
      {
        issuers: [issuer.config()],
        observer: { authenticated: (event) => void authenticated.push(event) },
      },
      {
        resolvers: [NotesResolver],
        graphql: {
          fieldResolverEnhancers: ['guards', 'interceptors'],
          ...(server === 'Mercurius'
            ? { allowBatchedQueries: true }
            : { allowBatchedHttpRequests: true }),
        },
      },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  it('lets a good token in, and gives the identity to queries, mutations and field resolvers', async () => {
    const token = issuer.token({ scopes: ['notes:read'], claims: { roles: ['editor'] } });
    const query = '{ whoami greeting scoped edited notes { id author secret draft } }';
    expect((await application.query(query, token)).json).toEqual({
      data: {
        ...{ whoami: 'alice', greeting: 'alice', scoped: 'scoped', edited: 'edited' },
        notes: ['1', '2', '3'].map((id) => ({
          ...{ id, author: 'alice', secret: `alice keeps ${id}`, draft: 'draft' },
        })),
      },
    });
    const mutation = await application.query('mutation { add(id: "4") { id author } }', token);
    expect(mutation.data).toEqual({ add: { id: '4', author: 'alice' } });
  });

  it.each([
    ['no token', () => undefined, 'auth_required'],
    ['an expired token', () => issuer.expiredToken(), 'token_expired'],
    ['a tampered token', () => issuer.tamperedToken(), 'signature_invalid'],
    ['junk', () => 'junk', 'token_malformed'],
  ])('refuses %s', async (_name, token, code) => {
    expect(codesOf(await application.query('{ whoami }', token()))).toEqual({ whoami: code });
    const mutation = await application.query('mutation { add(id: "4") { id } }', token());
    expect(codesOf(mutation)).toEqual({ add: code });
    expect(mutation.data).toBeNull();
  });

  it('@Public() admits every caller, @OptionalAuth() those without a token', async () => {
    expect((await application.query('{ about greeting }')).data).toEqual({
      about: 'notes',
      greeting: 'stranger',
    });
    const bad = await application.query('{ about greeting }', issuer.expiredToken());
    expect(codesOf(bad)).toEqual({ greeting: 'token_expired' });
    expect((await application.query('{ about }', 'junk')).json).toEqual({
      data: { about: 'notes' },
    });
  });

  it('scopes and roles are demanded of resolvers and of field resolvers', async () => {
    const query = '{ maybe scoped edited notes { draft } }';
    const answer = await application.query(query, issuer.token());
    expect(codesOf(answer)).toEqual({
      ...{ scoped: 'insufficient_scope', edited: 'insufficient_scope' },
      ...{ 'notes.0.draft': 'insufficient_scope', 'notes.1.draft': 'insufficient_scope' },
      'notes.2.draft': 'insufficient_scope',
    });
    expect(answer.data).toEqual({
      ...{ maybe: 'alice', scoped: null, edited: null },
      notes: [{ draft: null }, { draft: null }, { draft: null }],
    });
  });

  it('refuses a field, and answers its neighbours', async () => {
    const answer = await application.query('{ first: maybe about second: maybe }');
    expect(answer.data).toEqual({ first: null, about: 'notes', second: null });
    expect(codesOf(answer)).toEqual({ first: 'auth_required', second: 'auth_required' });
  });

  it('introspection is open to every caller', async () => {
    const { data, errors } = await application.query(
      '{ __schema { queryType { name } } __typename }',
    );
    expect([data, errors]).toEqual([
      { __schema: { queryType: { name: 'Query' } }, __typename: 'Query' },
      undefined,
    ]);
  });

  it('many guarded fields of one request verify their token once', async () => {
    authenticated.length = 0;
    const token = issuer.token({ subject: 'once' });
    const aliases = Array.from({ length: 20 }, (_, index) => `a${index}: whoami`).join(' ');
    const { data } = await application.query(`{ ${aliases} notes { secret } }`, token);
    expect(new Set(Object.values(data ?? {}).slice(0, 20))).toEqual(new Set(['once']));
    expect(authenticated).toEqual([expect.objectContaining({ remembered: false })]);
  });

  it('requests at the same time each have their own identity', async () => {
    const subjects = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    const answers = await Promise.all(
      subjects.map((subject, index) =>
        application.query(
          '{ maybe greeting notes { author secret } }',
          index % 3 === 2 ? issuer.tamperedToken({ subject }) : issuer.token({ subject }),
        ),
      ),
    );
    for (const [index, subject] of subjects.entries()) {
      const text = answers[index]?.text ?? '';
      expect(text.match(/user-\d+/g) ?? []).toEqual(
        index % 3 === 2 ? [] : text.match(new RegExp(`${subject}\\b`, 'g')),
      );
      expect(text).toContain(index % 3 === 2 ? 'signature_invalid' : `${subject} keeps 3`);
    }
  });

  it('operations of one batch are checked one by one', async () => {
    const batch = ['{ maybe }', '{ about }', '{ scoped }'].map((query) => ({ query }));
    expect((await application.post(batch, issuer.token())).json).toMatchObject([
      { data: { maybe: 'alice' } },
      { data: { about: 'notes' } },
      { data: { scoped: null }, errors: [{ extensions: { code: 'insufficient_scope' } }] },
    ]);
    expect((await application.post(batch)).json).toMatchObject([
      { data: { maybe: null }, errors: [{ extensions: { code: 'auth_required' } }] },
      { data: { about: 'notes' } },
      { data: { scoped: null }, errors: [{ extensions: { code: 'auth_required' } }] },
    ]);
  });

  it('two Authorization headers are two tokens', async () => {
    const { json } = await application.call('/graphql', {
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json'],
        ['Authorization', `Bearer ${issuer.token()}`],
        ['Authorization', `Bearer ${issuer.token({ subject: 'mallory' })}`],
      ],
      body: JSON.stringify({ query: '{ whoami }' }),
    });
    expect(json).toMatchObject({
      data: null,
      errors: [
        {
          message: 'More than one access token',
          extensions: { status: 400, code: 'invalid_request' },
        },
      ],
    });
  });
});

describe.each(SERVERS)('Where the guard is written, by %s', (server) => {
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  afterAll(() => issuer.close());

  it('on methods: the others are open, and one that wants a caller is refused and logged', async () => {
    const application = await startGraphQL(
      server,
      { issuers: [issuer.config()] },
      { resolvers: [MethodsResolver] },
    );
    const stranger = await application.query('{ guarded open }');
    expect(stranger.data).toEqual({ guarded: null, open: 'open' });
    expect((await application.query('{ guarded }', issuer.token())).data).toEqual({
      guarded: 'alice',
    });
    const miswired = await application.query('{ forgotten unguarded }', issuer.token());
    expect(codesOf(miswired)).toEqual({ forgotten: 'auth_required', unguarded: 'auth_required' });
    expect(application.log.text('error')).toContain(
      'MethodsResolver.forgotten asks for @CurrentIdentity(), but no identity was established',
    );
    await application.close();
  });

  it('everywhere, with guardEveryRoute', async () => {
    const application = await startGraphQL(
      server,
      { issuers: [issuer.config()], guardEveryRoute: true },
      { resolvers: [MethodsResolver] },
    );
    expect((await application.query('{ about }')).data).toEqual({ about: 'methods' });
    expect(codesOf(await application.query('{ open }'))).toEqual({ open: 'auth_required' });
    const token = issuer.token({ scopes: ['notes:read'] });
    expect((await application.query('{ open guarded forgotten unguarded }', token)).data).toEqual({
      ...{ open: 'open', guarded: 'alice', forgotten: 'alice', unguarded: 'unguarded' },
    });
    await application.close();
  });

  it('many fields of the very first request verify their token once', async () => {
    const remembered: boolean[] = [];
    const application = await startGraphQL(
      server,
      {
        issuers: [issuer.config()],
        observer: { authenticated: (event) => void remembered.push(event.remembered) },
      },
      { resolvers: [MethodsResolver] },
    );
    const { data } = await application.query(
      '{ a: guarded b: guarded c: guarded }',
      issuer.token(),
    );
    expect(data).toEqual({ a: 'alice', b: 'alice', c: 'alice' });
    expect(remembered).toEqual([false]);
    await application.close();
  });

  it('a refused token leaves no identity behind for fields that are not guarded', async () => {
    const application = await startGraphQL(
      server,
      {
        issuers: [issuer.config()],
        isRevoked: () => true,
        verifiedTokenCache: { maxEntries: 5, maxAgeSeconds: 60 },
      },
      { resolvers: [MethodsResolver] },
    );
    const token = issuer.token();
    for (let times = 0; times < 2; times++)
      expect(codesOf(await application.query('{ guarded forgotten }', token))).toEqual({
        guarded: 'token_revoked',
        forgotten: 'auth_required',
      });
    await application.close();
  });
});
