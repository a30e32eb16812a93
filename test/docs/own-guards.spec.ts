import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  Get,
  Inject,
  type MiddlewareConsumer,
  Module,
  type Provider,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, overrideAuth, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { rmSync } from 'node:fs';
import request from 'supertest';
import { ADAPTERS, makeAdapter, startApplication } from '../support/application.js';
import type { CapturedLog } from '../support/captured-log.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { opened } from '../support/opened.js';
import { bearer, connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const BLOCKS = blocksOf(readMarkdown('docs/own-guards-and-filters.md'));
const GENERATED = generatedFolder('own-guards');

type Blocks = Record<
  | 'AccountGuard'
  | 'ApiKeyGuard'
  | 'KeyOrTokenGuard'
  | 'TenantGuard'
  | 'OrderedModule'
  | 'IdentityMiddleware',
  Type
>;
interface Accounts {
  of(caller: Identity): unknown;
}
let blocks: Blocks & { Accounts: Type<Accounts> };
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
  const files = ['account.guard', 'accounts', 'api-key.guard', 'tenant.guard'];
  files.push('key-or-token.guard', 'ordered.module', 'identity.middleware');
  const exported = files.map((file) => importBlock(BLOCKS, GENERATED, `${file}.ts`));
  blocks = Object.assign({}, ...(await Promise.all(exported))) as typeof blocks;
});
afterAll(async () => {
  rmSync(GENERATED, { recursive: true });
  await issuer.close();
});

const { keep } = opened();

/** Where the guards of a test are named. */
interface Arrangement {
  /** On the class that has the handlers, in this order. */
  readonly guards?: Type<CanActivate>[];
  readonly providers?: Provider[];
}

/** An application behind one transport. */
interface Started {
  readonly log: CapturedLog;
  /** What a handler answers, or the code of a refusal. */
  ask(handler: 'whoami' | 'greeting' | 'about', token?: string): Promise<unknown>;
}

const subjectOf = (identity?: Identity): string => identity?.subject ?? 'stranger';

/** The same three handlers for whatever calls by route, by query or by pattern. */
function handlersWith(guards: Type<CanActivate>[]): Type {
  @UseGuards(...guards)
  @Controller()
  @Resolver()
  class Handlers {
    @MessagePattern('whoami')
    @Get('whoami')
    @Query(() => String, { nullable: true })
    whoami(@CurrentIdentity() identity: Identity): string {
      return subjectOf(identity);
    }

    @OptionalAuth()
    @MessagePattern('greeting')
    @Get('greeting')
    @Query(() => String, { nullable: true })
    greeting(@CurrentIdentity() identity?: Identity): string {
      return subjectOf(identity);
    }

    @Public()
    @MessagePattern('about')
    @Get('about')
    @Query(() => String, { nullable: true })
    about(): string {
      return 'notes';
    }
  }
  return Handlers;
}

/** A gateway that lets strangers connect, so that its messages are what is judged. */
function gatewayWith(guards: Type<CanActivate>[]): Type {
  @WebSocketGateway()
  class Gateway {
    @OptionalAuth()
    handleConnection(): void {}

    @SubscribeMessage('whoami')
    whoami(@CurrentIdentity() identity: Identity): object {
      return { event: 'answer', data: subjectOf(identity) };
    }

    @OptionalAuth()
    @SubscribeMessage('greeting')
    greeting(@CurrentIdentity() identity?: Identity): object {
      return { event: 'answer', data: subjectOf(identity) };
    }

    @Public()
    @SubscribeMessage('about')
    about(): object {
      return { event: 'answer', data: 'notes' };
    }
  }
  const [first, ...others] = guards;
  // Decorators of a class are applied from the last to the first.
  if (first !== undefined && first !== JwtAuthGuard) UseGuards(first)(Gateway);
  AuthenticatedGateway()(Gateway);
  if (others.length > 0) UseGuards(...others)(Gateway);
  return Gateway;
}

/** The documented body says its code, Nest's own a text. */
function wordOf(body: unknown): unknown {
  const { code, message } = Object(body) as { readonly code?: string; readonly message?: string };
  return code ?? message;
}

type Start = (arrangement: Arrangement) => Promise<Started>;
const config = () => ({ issuers: [issuer.config()] });

const TRANSPORTS: readonly (readonly [name: string, start: Start])[] = [
  ...ADAPTERS.map((adapter) => {
    const start: Start = async ({ guards = [], providers = [] }) => {
      const controllers = [handlersWith(guards)];
      const { log, get, close } = await startApplication(config(), {
        adapter,
        controllers,
        providers,
      });
      keep({ close });
      return {
        log,
        ask: async (handler, token) => {
          const { status, text, json, challenge } = await get(`/${handler}`, token);
          if (status === 401) expect(challenge).toMatch(/^Bearer realm="api"/);
          return status === 200 ? text : wordOf(json);
        },
      };
    };
    return [`HTTP on ${adapter}`, start] as const;
  }),
  ...SERVERS.map((server) => {
    const start: Start = async ({ guards = [], providers = [] }) => {
      const resolvers = [handlersWith(guards)];
      const application = keep(await startGraphQL(server, config(), { resolvers, providers }));
      return {
        log: application.log,
        ask: async (handler, token) => {
          const { data, errors = [] } = await application.query(`{ ${handler} }`, token);
          const [fault] = errors;
          const said = String(fault?.extensions?.['code'] ?? '');
          // Nest's words for a guard's `false` have no code of ours.
          return data?.[handler] ?? (/^[a-z_]+$/.test(said) ? said : fault?.message);
        },
      };
    };
    return [`GraphQL by ${server}`, start] as const;
  }),
  ...SOCKET_KINDS.map((kind) => {
    const start: Start = async ({ guards = [], providers = [] }) => {
      const { log, url } = keep(
        await startApplication(config(), {
          ...{ controllers: [], configure: useAdapter(kind) },
          providers: [gatewayWith(guards), ...providers],
        }),
      );
      return {
        log,
        ask: async (handler, token) => {
          const socket = keep(await connect(kind, url, token === undefined ? {} : bearer(token)));
          socket.send(handler);
          return Promise.race([
            socket.next('answer'),
            socket.next('exception').then(wordOf),
            socket.next('connect_error').then(wordOf),
          ]);
        },
      };
    };
    return [`a gateway of ${kind}`, start] as const;
  }),
  [
    'messages over TCP',
    async ({ guards = [], providers = [] }) => {
      const controllers = [handlersWith(guards)];
      const { service, log, close } = await startMicroservice({
        ...{ config: config(), controllers, providers },
      });
      keep({ close });
      const client = tcpClientOf(service);
      keep({ close: async () => client.close() });
      return {
        log,
        ask: async (handler, token) => {
          const payload = token === undefined ? {} : { authorization: `Bearer ${token}` };
          const answer = await answerOf(client.send(handler, payload));
          return typeof answer === 'string'
            ? answer
            : wordOf((answer as { refused: object }).refused);
        },
      };
    },
  ],
];

describe.each(TRANSPORTS)('docs/own-guards-and-filters.md, over %s', (_name, start) => {
  const token = (subject: string, tenant?: string): string =>
    issuer.token({ subject, claims: tenant === undefined ? {} : { tenant_id: tenant } });

  it('AccountGuard: the caller’s account decides, where there is a caller', async () => {
    const { ask } = await start({ guards: [blocks.AccountGuard], providers: [blocks.Accounts] });
    for (const handler of ['whoami', 'greeting'] as const) {
      expect(await ask(handler, token('alice'))).toBe('alice');
      expect(await ask(handler, token('mallory'))).toBe('Forbidden resource');
      expect(await ask(handler, issuer.expiredToken())).toBe('token_expired');
    }
    expect(await ask('whoami')).toBe('auth_required');
    expect(await ask('greeting')).toBe('stranger');
    expect(await ask('about')).toBe('notes');
  });

  it.each<[string, () => Arrangement]>([
    ['on the class', () => ({ guards: [JwtAuthGuard, blocks.TenantGuard] })],
    [
      'for the application',
      () => ({
        providers: [
          { provide: APP_GUARD, useExisting: JwtAuthGuard },
          { provide: APP_GUARD, useClass: blocks.TenantGuard },
        ],
      }),
    ],
  ])('TenantGuard behind JwtAuthGuard, %s', async (_where, arrangement) => {
    const { ask } = await start(arrangement());
    for (const handler of ['whoami', 'greeting'] as const) {
      expect(await ask(handler, token('alice', 'acme'))).toBe('alice');
      expect(await ask(handler, token('alice'))).toBe('Forbidden resource');
      expect(await ask(handler, issuer.expiredToken())).toBe('token_expired');
    }
    expect(await ask('whoami')).toBe('auth_required');
    expect(await ask('greeting')).toBe('stranger');
    expect(await ask('about', token('alice'))).toBe('notes');
    expect(await ask('about')).toBe('notes');
  });

  it('TenantGuard before JwtAuthGuard opens nothing, and the log says why', async () => {
    const { ask, log } = await start({ guards: [blocks.TenantGuard, JwtAuthGuard] });
    for (const handler of ['whoami', 'greeting'] as const) {
      log.clear();
      for (const sent of [token('alice', 'acme'), token('alice'), undefined])
        expect(await ask(handler, sent)).toBe('auth_required');
      expect(log.text('error')).toMatch(
        new RegExp(
          `callerOf\\(context\\) was called for \\w+\\.${handler}, but JwtAuthGuard has not`,
        ),
      );
    }
    expect(await ask('about')).toBe('notes');
  });
});

describe.each(ADAPTERS)('The ordered module and the API key, on %s', (adapter) => {
  it('asks for a tenant behind the token', async () => {
    const builder = Test.createTestingModule({
      imports: [blocks.OrderedModule],
      controllers: [handlersWith([])],
    });
    overrideAuth(builder, { issuers: [issuer] });
    const app = (await builder.compile()).createNestApplication(makeAdapter(adapter));
    await app.listen(0, '127.0.0.1');
    keep(app);
    const get = (token: string) =>
      request(app.getHttpServer()).get('/whoami').auth(token, { type: 'bearer' });
    const claims = { tenant_id: 'acme' };
    expect((await get(issuer.token({ claims }))).text).toBe('alice');
    expect((await get(issuer.token())).status).toBe(403);
    expect((await get(issuer.expiredToken({ claims }))).status).toBe(401);
  });

  it('a handler finds the account that the guard has loaded', async () => {
    @UseGuards(blocks.AccountGuard)
    @Controller()
    class AccountController {
      constructor(@Inject(blocks.Accounts) private readonly accounts: Accounts) {}

      @Get('account')
      account(@CurrentIdentity() identity: Identity): unknown {
        return this.accounts.of(identity);
      }
    }
    const { get } = keep(
      await startApplication(config(), {
        ...{ adapter, controllers: [AccountController], providers: [blocks.Accounts] },
      }),
    );
    const { status, json } = await get('/account', issuer.token());
    expect([status, json]).toEqual([200, { id: `${issuer.issuer}|alice`, locked: false }]);
  });

  it('a middleware says who is calling', async () => {
    @Controller()
    class WhoController {
      @RequireScopes('notes:read')
      @Get('who')
      who(@CurrentIdentity() { subject }: Identity): string {
        return subject;
      }
    }
    @Module({})
    class WithMiddleware {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(blocks.IdentityMiddleware).forRoutes('*path');
      }
    }
    const { get } = keep(
      await startApplication(config(), {
        ...{ adapter, controllers: [WhoController], imports: [WithMiddleware] },
      }),
    );
    expect((await get('/who', issuer.token({ scopes: ['notes:read'] }))).text).toBe('alice');
    expect((await get('/who', issuer.token())).status).toBe(403);
    expect((await get('/who')).json).toMatchObject({ code: 'auth_required' });
    expect((await get('/who', issuer.expiredToken())).json).toMatchObject({
      ...{ status: 401, code: 'token_expired' },
    });
  });

  it('a key is a caller, and is held to what routes demand', async () => {
    @UseGuards(blocks.ApiKeyGuard)
    @Controller()
    class KeyedController {
      @RequireScopes('notes:read')
      @Get('read')
      read(@CurrentIdentity() { id }: Identity): string {
        return id;
      }

      @RequireScopes('notes:write')
      @Get('write')
      write(): void {}
    }
    const { call } = keep(
      await startApplication(config(), { adapter, controllers: [KeyedController] }),
    );
    const get = (path: string, key: string) => call(path, { headers: [['X-Api-Key', key]] });
    expect((await get('/read', 'key')).text).toBe('urn:example:api-keys|billing');
    expect((await get('/write', 'key')).status).toBe(403);
    expect((await get('/read', 'another')).status).toBe(403);
    expect((await call('/read')).status).toBe(403);
  });

  it('a key or a token, on every route, and the audit finds none open', async () => {
    @Controller()
    class EitherController {
      @RequireScopes('notes:read')
      @Get('read')
      read(@CurrentIdentity() { subject }: Identity): string {
        return subject;
      }

      @RequireScopes('notes:write')
      @Get('write')
      write(): void {}
    }
    const { call } = keep(
      await startApplication(
        { ...config(), audit: 'error' },
        {
          ...{ adapter, controllers: [EitherController] },
          providers: [{ provide: APP_GUARD, useClass: blocks.KeyOrTokenGuard }],
        },
      ),
    );
    const get = (path: string, name: string, value: string) =>
      call(path, { headers: [[name, value]] });
    const token = `Bearer ${await issuer.token({ subject: 'bob', scopes: ['notes:read'] })}`;
    expect((await get('/read', 'X-Api-Key', 'key')).text).toBe('billing');
    expect((await get('/read', 'Authorization', token)).text).toBe('bob');
    expect((await get('/write', 'X-Api-Key', 'key')).status).toBe(403);
    expect((await get('/write', 'Authorization', token)).status).toBe(403);
    expect((await get('/read', 'X-Api-Key', 'another')).status).toBe(403);
    expect((await call('/read')).status).toBe(401);
  });
});
