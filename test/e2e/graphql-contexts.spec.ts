import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Type, UseGuards } from '@nestjs/common';
import {
  Directive,
  Field,
  ID,
  ObjectType,
  Parent,
  Query,
  ResolveReference,
  Resolver,
} from '@nestjs/graphql';
import { CurrentIdentity, type Identity, JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import {
  type GraphQLApplication,
  type GraphQLApplicationOptions,
  SERVERS,
  startGraphQL,
} from '../support/graphql.js';
import { NotesResolver } from '../support/notes.resolver.js';

interface AnyRequest {
  readonly req?: AnyRequest;
  readonly headers?: object;
}
type Context = GraphQLApplicationOptions['graphql'] extends infer Options ? Options : never;

/** What an application may return of the request it is given. */
const requestIn = (given: AnyRequest): AnyRequest => given.req ?? given;

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
});
afterAll(() => issuer.close());

describe.each(SERVERS)('The GraphQL context of %s', (server) => {
  const start = (context: unknown): Promise<GraphQLApplication> =>
    startGraphQL(
      server,
      { issuers: [issuer.config()] },
      { resolvers: [NotesResolver], graphql: { context } as Context },
    );

  it.each([
    ['of the driver', undefined],
    ['a function that leaves req out', () => ({ loaders: {} })],
    ['a function that returns nothing', () => undefined],
    ['req', (given: AnyRequest) => ({ req: requestIn(given) })],
    ['an asynchronous one', async (given: AnyRequest) => ({ req: requestIn(given) })],
    ['a part of req', (given: AnyRequest) => ({ req: { headers: requestIn(given).headers } })],
  ])('serves: %s', async (_name, context) => {
    const application = await start(context);
    const answers = await Promise.all(
      ['alice', 'bob', undefined].map((subject) =>
        application.query('{ maybe }', subject && issuer.token({ subject })),
      ),
    );
    expect(answers.map(({ data }) => data?.['maybe'])).toEqual(['alice', 'bob', null]);
    await application.close();
  });

  it('may have a request on which a middleware keeps the body as raw', async () => {
    const keepBody = (request: object, _: unknown, next: () => void): void => {
      Object.assign(request, { raw: 'the body' });
      next();
    };
    const application = await startGraphQL(
      server,
      { issuers: [issuer.config()] },
      { resolvers: [NotesResolver], configure: (app) => app.use(keepBody) },
    );
    const { json } = await application.query('{ maybe }', issuer.token());
    expect(json).toEqual({ data: { maybe: 'alice' } });
    await application.close();
  });

  it('with a user on its request: no caller without a token, the caller with one', async () => {
    const application = await start((given: AnyRequest) => ({
      req: Object.assign(requestIn(given), { user: { issuer: 'https://x', subject: 'mallory' } }),
    }));
    const answers = [
      await application.query('{ greeting }', issuer.token()),
      await application.query('{ greeting }'),
    ];
    expect(answers.map(({ data }) => data?.['greeting'])).toEqual(['alice', 'stranger']);
    await application.close();
  });

  it('without a request is refused, with an error that teaches', async () => {
    const application = await start(() => ({ req: { user: 'somebody' }, reply: {} }));
    for (const token of [undefined, issuer.token()]) {
      const { data, errors } = await application.query('{ maybe about }', token);
      expect(data).toEqual({ maybe: null, about: 'notes' });
      expect(errors?.[0]?.message).toMatch(
        /^JwtAuthGuard finds no request in the GraphQL context, and refuses the call\. Leave `context` to the driver/,
      );
    }
    expect(application.log.text('error')).toContain('finds no request in the GraphQL context');
    const own = await application.query('{ locked }');
    expect(own.errors).toMatchObject([{ message: 'Your account is locked' }]);
    await application.close();
  });

  it('made of an object does not make every caller the first one', async () => {
    const application = await start({ loaders: {} });
    const [alice, bob, stranger] = await askedByThree(application);
    expect(alice?.data).toEqual({ maybe: 'alice' });
    expect(stranger?.data).toEqual({ maybe: null });
    if (server === 'Mercurius') expect(bob).toMatchObject(SHARED_CONTEXT);
    else expect(bob?.data).toEqual({ maybe: 'bob' });
    await application.close();
  });

  it('that keeps the request of the first caller is refused, with an error that teaches', async () => {
    const shared: { req?: AnyRequest } = {};
    const application = await start((given: AnyRequest) => {
      shared.req ??= requestIn(given);
      return shared;
    });
    const [alice, bob, stranger] = await askedByThree(application);
    expect(alice?.data).toEqual({ maybe: 'alice' });
    expect([bob, stranger]).toMatchObject([SHARED_CONTEXT, SHARED_CONTEXT]);
    await application.close();
  });
});

/** The answers to two callers and one without a token, one after the other. */
async function askedByThree(
  application: GraphQLApplication,
): Promise<Awaited<ReturnType<GraphQLApplication['query']>>[]> {
  const answers = [];
  for (const subject of ['alice', 'bob', undefined])
    answers.push(await application.query('{ maybe }', subject && issuer.token({ subject })));
  return answers;
}

const SHARED_CONTEXT = {
  data: { maybe: null },
  errors: [
    {
      message: expect.stringMatching(
        /^JwtAuthGuard finds the request of another call .* Give `context` as a function that makes a new object for each request\.$/,
      ),
    },
  ],
};

describe('A federated subgraph', () => {
  @ObjectType()
  @Directive('@key(fields: "id")')
  class Book {
    @Field(() => ID)
    id!: string;

    @Field(() => String)
    reader!: string;
  }

  @UseGuards(JwtAuthGuard)
  @Resolver(() => Book)
  class BooksResolver {
    @Query(() => [Book])
    books(): Book[] {
      return [];
    }

    @ResolveReference()
    book(@Parent() { id }: Book, @CurrentIdentity() { subject }: Identity): Book {
      return { id, reader: subject };
    }
  }

  /** Like the other, but nothing of it asks who is calling. */
  @UseGuards(JwtAuthGuard)
  @Resolver(() => Book)
  class OpenBooksResolver {
    @Query(() => [Book])
    books(): Book[] {
      return [];
    }

    @ResolveReference()
    book({ id }: Book): Book {
      return { id, reader: 'anybody' };
    }
  }

  const REFERENCE =
    '{ _entities(representations: [{ __typename: "Book", id: "1" }]) { ... on Book { id reader } } }';
  const start = (resolver: Type, enhancers: 'guards'[]): Promise<GraphQLApplication> =>
    startGraphQL(
      'Apollo on Express',
      { issuers: [issuer.config()] },
      {
        resolvers: [resolver],
        graphql: {
          driver: ApolloFederationDriver,
          autoSchemaFile: { federation: 2 },
          fieldResolverEnhancers: enhancers,
          plugins: [ApolloServerPluginInlineTraceDisabled()],
        } as ApolloFederationDriverConfig,
      },
    );

  it('guards reference resolvers where fieldResolverEnhancers has guards', async () => {
    const application = await start(BooksResolver, ['guards']);
    const stranger = await application.query(REFERENCE);
    expect(stranger.data).toEqual({ _entities: [null] });
    expect(stranger.errors).toMatchObject([{ extensions: { code: 'auth_required' } }]);
    expect((await application.query(REFERENCE, issuer.token())).data).toEqual({
      _entities: [{ id: '1', reader: 'alice' }],
    });
    await application.close();
  });

  it('elsewhere @nestjs/graphql asks no guard of theirs, and a guarded one does not start', async () => {
    await expect(start(BooksResolver, [])).rejects.toThrow('BooksResolver.book: has a guard');
    await expect(start(OpenBooksResolver, [])).rejects.toThrow(
      'OpenBooksResolver.book: has a guard',
    );
  });
});
