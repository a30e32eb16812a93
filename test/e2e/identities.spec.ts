import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExternalContextCreator } from '@nestjs/core';
import { GqlExecutionContext, Query, Resolver } from '@nestjs/graphql';
import {
  type AuthModuleConfig,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  RequireRoles,
  RequireScopes,
  vouchFor,
} from 'nestjs-trusted-issuers';
import {
  createDpopKey,
  createTestIssuer,
  proofFor,
  type TestIssuer,
  testIdentity,
} from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';

/** What the guard beside ours says of the caller. */
let said: unknown;

@Injectable()
class OtherGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request =
      context.getType<string>() === 'graphql'
        ? GqlExecutionContext.create(context).getContext<{ req: { user?: unknown } }>().req
        : context.switchToHttp().getRequest<{ user?: unknown }>();
    request.user = said;
    return true;
  }
}

@UseGuards(OtherGuard)
@Controller()
@Resolver()
class NotesHandlers {
  @Get('whoami')
  @Query(() => String, { nullable: true })
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @OptionalAuth()
  @Get('greeting')
  @Query(() => String, { nullable: true })
  greeting(@CurrentIdentity() identity?: Identity): string {
    return identity?.subject ?? 'stranger';
  }

  @RequireScopes('notes:admin')
  @Get('scoped')
  @Query(() => String, { nullable: true })
  scoped(): string {
    return 'in';
  }

  @RequireRoles.any('admin')
  @Get('administered')
  @Query(() => String, { nullable: true })
  administered(): string {
    return 'in';
  }
}

const HANDLERS = ['whoami', 'scoped', 'administered'];
const GRANTS = { subject: 'alice', scopes: ['notes:admin'], roles: ['admin'] };

/** None of them was made by this module, and nobody vouches for them. */
const LOOK_ALIKES: Readonly<Record<string, () => unknown>> = {
  'a text in place of a list': () => ({
    ...{ issuer: 'https://other.example', subject: 'alice' },
    ...{ scopes: 'notes:admin-view', roles: 'admin' },
  }),
  'a whole identity, written by hand': () => ({
    ...testIdentity(),
    ...{ scopes: ['notes:admin'], roles: ['admin'] },
  }),
  'a copy of a real one': () => ({ ...testIdentity(GRANTS) }),
  'the JSON of a real one': () => JSON.parse(JSON.stringify(testIdentity(GRANTS))) as unknown,
};

let issuer: TestIssuer;
beforeAll(async () => void (issuer = await createTestIssuer()));
afterAll(() => issuer.close());

describe.each(ADAPTERS)('What another guard puts on the request, on %s', (adapter) => {
  const start = () =>
    startApplication({ issuers: [issuer.config()] }, { adapter, controllers: [NotesHandlers] });

  it.each(Object.entries(LOOK_ALIKES))('%s is no caller', async (_what, make) => {
    const application = await start();
    said = make();
    for (const path of HANDLERS) {
      const { status, json } = await application.get(`/${path}`);
      expect([path, status, json]).toMatchObject([path, 401, { code: 'auth_required' }]);
    }
    expect((await application.get('/greeting')).text).toBe('stranger');
    await application.close();
  });

  it('whom it vouches for is the caller, and is held to what the route demands', async () => {
    const application = await start();
    said = vouchFor({ ...testIdentity(GRANTS) });
    const bodies = HANDLERS.map(async (path) => (await application.get(`/${path}`)).text);
    expect(await Promise.all(bodies)).toEqual(['alice', 'in', 'in']);
    expect((await application.get('/greeting')).text).toBe('alice');
    said = vouchFor({ ...testIdentity(), scopes: ['notes:admin-view'] });
    expect((await application.get('/scoped')).status).toBe(403);
    await application.close();
  });
});

describe.each(SERVERS)('What another guard puts on the request, with %s', (server) => {
  it('counts only where it vouches for it', async () => {
    const application = await startGraphQL(
      server,
      { issuers: [issuer.config()] },
      { resolvers: [NotesHandlers] },
    );
    const ask = async () => (await application.query(`{ ${HANDLERS.join(' ')} greeting }`)).data;
    for (const [what, make] of Object.entries(LOOK_ALIKES)) {
      said = make();
      expect([what, await ask()]).toEqual([
        what,
        { whoami: null, scoped: null, administered: null, greeting: 'stranger' },
      ]);
    }
    said = vouchFor({ ...testIdentity(GRANTS) });
    expect(await ask()).toEqual({
      ...{ whoami: 'alice', scoped: 'in', administered: 'in', greeting: 'alice' },
    });
    await application.close();
  });
});

describe('A handler that ExternalContextCreator calls, without a type', () => {
  @Injectable()
  class Tools {
    @RequireScopes('notes:admin')
    scoped(): string {
      return 'in';
    }

    whoami(@CurrentIdentity() { subject }: Identity): string {
      return subject;
    }

    @OptionalAuth()
    greeting(@CurrentIdentity() identity?: Identity): string {
      return identity?.subject ?? 'stranger';
    }

    @UseGuards(JwtAuthGuard)
    guarded(@CurrentIdentity() { subject }: Identity): string {
      return subject;
    }

    @UseGuards(JwtAuthGuard)
    @OptionalAuth()
    guardedGreeting(@CurrentIdentity() identity?: Identity): string {
      return identity?.subject ?? 'stranger';
    }
  }

  async function start(more: Partial<AuthModuleConfig> = {}) {
    const application = await startApplication(
      { issuers: [issuer.config()], ...more },
      { controllers: [], providers: [Tools] },
    );
    const creator = application.app.get(ExternalContextCreator);
    const tools = application.app.get(Tools);
    const first = {
      exchangeKeyForValue: (_type: number, _data: unknown, args: unknown[]) => args[0],
    };
    const call = async (name: keyof Tools, ...args: unknown[]): Promise<unknown> => {
      const tool = creator.create(
        tools,
        tools[name] as () => unknown,
        name,
        ROUTE_ARGS_METADATA,
        first as never,
      );
      try {
        return (await tool(...args)) as unknown;
      } catch (error) {
        const { code, constructor, message } = error as Error & { code?: string };
        return code ?? `${constructor.name}: ${message}`;
      }
    };
    return { call, close: () => application.close() };
  }

  const payloadsOf = (user: unknown): unknown[][] => [
    [{ user }],
    [{ user }, { user }],
    [{ user, headers: {} }, {}],
    [{ user, headers: {} }, undefined, {}],
    [Object.assign(new (class Job {})(), { user, headers: {} })],
    [Object.freeze({ user, headers: {} })],
  ];

  it.each([
    ['a look-alike', () => LOOK_ALIKES['a whole identity, written by hand']?.()],
    ['a real identity', () => testIdentity(GRANTS)],
  ])('a payload’s own user is no caller: %s', async (_what, make) => {
    const { call, close } = await start();
    for (const payload of payloadsOf(make())) {
      expect(await call('scoped', ...payload)).toBe('auth_required');
      expect(await call('whoami', ...payload)).toBe('auth_required');
      expect(await call('greeting', ...payload)).toBe('stranger');
      expect(await call('guarded', ...payload)).toBe('auth_required');
      expect(await call('guardedGreeting', ...payload)).toBe('stranger');
    }
    await close();
  });

  it.each([[[]], [['text']], [[null, null]], [[7, { a: 1 }]], [[undefined, 'x']]])(
    'payloads that are no objects carry no caller: %j',
    async (args) => {
      const { call, close } = await start();
      for (const name of ['scoped', 'whoami', 'guarded'] as const)
        expect(await call(name, ...args)).toBe('auth_required');
      expect(await call('greeting', ...args)).toBe('stranger');
      await close();
    },
  );

  it('a token in its headers is checked, whatever user it names', async () => {
    const { call, close } = await start();
    const payload = (token: string) => ({
      headers: { authorization: `Bearer ${token}` },
      user: testIdentity({ subject: 'mallory' }),
    });
    expect(await call('guarded', payload(issuer.token({ subject: 'bob' })))).toBe('bob');
    expect(await call('guarded', payload(issuer.token({ subject: 'bob' })), {})).toBe('bob');
    expect(await call('guarded', payload(issuer.expiredToken()))).toBe('token_expired');
    expect(await call('whoami', payload(issuer.token()))).toBe('auth_required');
    await close();
  });

  it('a payload with lines of headers is no request, whatever they are', async () => {
    const { call, close } = await start();
    const headers = { authorization: `Bearer ${issuer.token({ subject: 'bob' })}` };
    const lines = [[], ['authorization', 'x', 'authorization', 'x'], 7, { length: 1e300 }];
    for (const rawHeaders of lines)
      for (const payload of [
        { headers, rawHeaders },
        { headers, raw: { rawHeaders, on: 'data' }, on: 'data' },
      ])
        expect(await call('guarded', { ...payload, method: 'GET', url: '/' })).toBe('bob');
    await close();
  });

  it('where tokens are read from the query, an address that is no text has none', async () => {
    const { call, close } = await start({ tokenSources: ['header', { query: 'token' }] });
    const headers = { authorization: `Bearer ${issuer.token({ subject: 'bob' })}` };
    for (const url of [7, {}, ['?token=x'], { includes: 'x' }]) {
      expect(await call('guarded', { headers, url })).toBe('bob');
      expect(await call('guarded', { headers: {}, url })).toBe('auth_required');
    }
    await close();
  });

  it('and one with a proof of its own has no method and address that it could name', async () => {
    const dpop = { mode: 'allowed', origin: 'https://api.example.com' } as const;
    const { call, close } = await start({ dpop });
    const key = await createDpopKey();
    const token = issuer.token({ dpop: key });
    const proof = proofFor(key, { url: `${dpop.origin}/pay`, method: 'POST', token });
    const payload = {
      headers: { authorization: `DPoP ${token}`, dpop: proof },
      ...{ method: 'POST', url: '/pay' },
    };
    for (const rawHeaders of [undefined, []])
      expect(await call('guarded', { ...payload, rawHeaders })).toBe('token_binding_invalid');
    await close();
  });
});
