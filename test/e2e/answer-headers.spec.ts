import { Controller, Get, Header, type INestApplication, UseGuards } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtAuthGuard, OptionalAuth, RequireScopes } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { startGraphQL } from '../support/graphql.js';
import type { HttpAnswer } from '../support/http.js';

@UseGuards(JwtAuthGuard)
@Controller('answers')
class AnswersController {
  @Get()
  plain(): object {
    return { for: 'one' };
  }

  @OptionalAuth()
  @Get('optional')
  optional(): object {
    return { for: 'anybody' };
  }

  @Header('Cache-Control', 'public, max-age=60')
  @Get('public')
  shared(): object {
    return { for: 'all' };
  }

  @RequireScopes('admin')
  @Get('admin')
  admin(): object {
    return { for: 'admin' };
  }
}

interface RawResponse {
  setHeader(name: string, value: string): void;
}

function before(headers: Readonly<Record<string, string>>) {
  return (app: INestApplication): void => {
    app.use((_request: unknown, response: RawResponse, next: () => void) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      next();
    });
  };
}

const told = ({ status, headers }: HttpAnswer) => [
  status,
  headers['cache-control'],
  headers['vary'],
];

describe.each(ADAPTERS)('What caches are told, on %s', (adapter) => {
  let issuer: TestIssuer;
  const open: TestApplication[] = [];
  const start = async (configure?: (app: INestApplication) => void, onlyHeader = false) => {
    const application = await startApplication(
      {
        issuers: [issuer.config()],
        ...(!onlyHeader && {
          tokenSources: [
            'header',
            { cookie: 'session' },
            { cookie: 'older' },
            { query: 'at' },
            (request) => (request as { headers: Record<string, string> }).headers['x-token'],
          ],
        }),
      },
      { adapter, controllers: [AnswersController], ...(configure && { configure }) },
    );
    open.push(application);
    return application;
  };
  const cookie = (token: string) => ({ headers: [['Cookie', `session=${token}`]] }) as const;

  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  afterAll(async () => {
    for (const application of open) await application.close();
    await issuer.close();
  });

  // RFC 6750 section 2.3.
  it('an answer is private where the token is not in Authorization', async () => {
    const application = await start();
    const token = issuer.token();
    for (const answer of [
      await application.call('/answers', cookie(token)),
      await application.call(`/answers?at=${token}`),
      await application.call('/answers', { headers: [['X-Token', token]] }),
    ])
      expect(told(answer)).toEqual([200, 'private', 'Cookie']);
    expect(told(await application.get('/answers', token))).toEqual([200, undefined, 'Cookie']);
    const published = await application.call('/answers/public', cookie(token));
    expect(told(published)).toEqual([200, 'public, max-age=60', 'Cookie']);
  });

  it('a refusal is stored nowhere', async () => {
    const application = await start();
    for (const [path, call, status] of [
      ['/answers', {}, 401],
      ['/answers', cookie('junk'), 401],
      ['/answers/public', cookie(issuer.expiredToken()), 401],
      ['/answers/admin', cookie(issuer.token()), 403],
    ] as const)
      expect(told(await application.call(path, call))).toEqual([status, 'no-store', 'Cookie']);
  });

  it('an optional route varies by Authorization, token or not', async () => {
    const [several, one] = [await start(), await start(undefined, true)];
    const token = issuer.token();
    const both = 'Authorization, Cookie';
    const path = '/answers/optional';
    expect(told(await several.call(path))).toEqual([200, undefined, both]);
    expect(told(await several.call(path, cookie(token)))).toEqual([200, 'private', both]);
    expect(told(await several.call(path, cookie('junk')))).toEqual([401, 'no-store', both]);
    expect(told(await one.call(path))).toEqual([200, undefined, 'Authorization']);
    expect(told(await one.get(path, token))).toEqual([200, undefined, 'Authorization']);
    expect(told(await one.get('/answers', token))).toEqual([200, undefined, undefined]);
    expect(told(await one.get('/answers'))).toEqual([401, 'no-store', undefined]);
  });

  it('what is there already is added to, or left', async () => {
    const token = issuer.token();
    const path = '/answers/optional';
    for (const [earlier, vary] of [
      ['Origin', 'Origin, Authorization, Cookie'],
      ['cookie, Origin', 'cookie, Origin, Authorization'],
      ['*', '*'],
    ] as const) {
      const application = await start(before({ Vary: earlier, 'Cache-Control': 'max-age=5' }));
      const answer = await application.call(path, cookie(token));
      expect(told(answer)).toEqual([200, 'max-age=5', vary]);
    }
  });
});

@UseGuards(JwtAuthGuard)
@Resolver()
class AnswersResolver {
  @Query(() => String)
  first(): string {
    return 'first';
  }

  @OptionalAuth()
  @Query(() => String)
  second(): string {
    return 'second';
  }
}

// On Fastify Apollo's context has no response unless the application puts it there.
const reached = {
  'Apollo on Express': {},
  'Apollo on Fastify': { context: (req: unknown, reply: unknown) => ({ req, reply }) },
  Mercurius: {},
} as const;

describe.each(['Apollo on Express', 'Apollo on Fastify', 'Mercurius'] as const)(
  'What caches are told of a GraphQL answer, by %s',
  (server) => {
    it('the same, for all fields at once', async () => {
      const issuer = await createTestIssuer();
      const application = await startGraphQL(
        server,
        { issuers: [issuer.config()], tokenSources: ['header', { cookie: 'session' }] },
        { resolvers: [AnswersResolver], graphql: reached[server] },
      );
      const ask = (query: string, token: string) =>
        application.call('/graphql', {
          method: 'POST',
          headers: [
            ['Content-Type', 'application/json'],
            ['Cookie', `session=${token}`],
          ],
          body: JSON.stringify({ query }),
        });
      const good = await ask('{ first second }', issuer.token());
      expect(good.json).toEqual({ data: { first: 'first', second: 'second' } });
      // Apollo Server says no-store of its own accord.
      expect(good.headers['cache-control']).toBe(server === 'Mercurius' ? 'private' : 'no-store');
      expect(namesIn(good)).toEqual(expect.arrayContaining(['Authorization', 'Cookie']));
      expect(new Set(namesIn(good)).size).toBe(namesIn(good).length);
      const refused = await ask('{ first }', issuer.expiredToken());
      expect(refused.headers['cache-control']).toBe('no-store');
      expect(namesIn(refused)).toContain('Cookie');
      await application.close();
      await issuer.close();
    });
  },
);

function namesIn({ headers }: HttpAnswer): string[] {
  return String(headers['vary'])
    .split(',')
    .map((name) => name.trim());
}
