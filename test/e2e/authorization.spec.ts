import {
  type CanActivate,
  Catch,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type Provider,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, BaseExceptionFilter } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
  RequireRoles,
  RequireScopes,
  vouchFor,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer, testIdentity } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import { unauthorizedBody } from '../support/unauthorized.js';

const OK = { in: true };

@UseGuards(JwtAuthGuard)
@RequireScopes('notes:read')
@Controller('notes')
class NotesController {
  @Get()
  list(): object {
    return OK;
  }

  @RequireScopes('notes:write', 'notes:share')
  @Get('share')
  share(): object {
    return OK;
  }

  @RequireScopes.any('notes:admin', 'notes:write')
  @Get('any')
  any(): object {
    return OK;
  }

  @RequireRoles('editor')
  @RequireScopes('notes:write')
  @RequireRoles.any('senior', 'lead')
  @Get('stacked')
  stacked(): object {
    return OK;
  }

  @Public()
  @Get('about')
  about(): object {
    return OK;
  }
}

@UseGuards(JwtAuthGuard)
@RequireRoles('editor', 'author')
@Controller('roles')
class RolesController {
  @Get()
  list(): object {
    return OK;
  }

  @OptionalAuth()
  @Get('optional')
  optional(): object {
    return OK;
  }
}

@RequireScopes('base')
class BaseController {
  @Get('inherited')
  inherited(): object {
    return OK;
  }
}

@RequireScopes('child')
@UseGuards(JwtAuthGuard)
@Controller('child')
class ChildController extends BaseController {}

const NOTES = [NotesController, RolesController, ChildController];

describe.each(ADAPTERS)('What a caller may do, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      { issuers: [issuer.config()] },
      { adapter, controllers: NOTES },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  const as = (path: string, scopes: string[], roles: string[] = []): Promise<HttpAnswer> =>
    application.get(path, issuer.token({ scopes, claims: { roles } }));

  // RFC 6750 section 3.1, `insufficient_scope`.
  it('403, to the byte', async () => {
    const answer = await as('/notes', ['mail:read']);
    expect(answer.status).toBe(403);
    expect(answer.text).toBe(
      String.raw`{"status":403,"error":"Forbidden","message":"Insufficient scope","code":"insufficient_scope","authenticateHint":"Bearer realm=\"api\""}`,
    );
    expect(answer.challenge).toBe(
      'Bearer realm="api", error="insufficient_scope", scope="notes:read", error_description="Insufficient scope"',
    );
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each<[path: string, scopes: string[], roles: string[], scope: string | undefined]>([
    ['/notes', [], [], 'notes:read'],
    ['/notes', ['notes:rea', 'notes:read:all', 'NOTES:READ'], [], 'notes:read'],
    ['/notes/share', ['notes:write', 'notes:share'], [], 'notes:read notes:write notes:share'],
    ['/notes/share', ['notes:read', 'notes:write'], [], 'notes:read notes:write notes:share'],
    ['/notes/any', ['notes:read'], [], 'notes:read notes:admin notes:write'],
    ['/notes/stacked', ['notes:read'], ['editor', 'lead'], 'notes:read notes:write'],
    ['/notes/stacked', ['notes:read', 'notes:write'], ['editor'], undefined],
    ['/notes/stacked', ['notes:read', 'notes:write'], ['senior', 'lead'], undefined],
    ['/roles', ['editor', 'author'], ['editor'], undefined],
    ['/child/inherited', ['child'], [], 'base child'],
    ['/child/inherited', ['base'], [], 'base child'],
  ])('%s with scopes %j and roles %j: 403, scope %j', async (path, scopes, roles, scope) => {
    const answer = await as(path, scopes, roles);
    expect([answer.status, answer.json]).toMatchObject([403, { code: 'insufficient_scope' }]);
    expect(/ scope="([^"]*)"/.exec(answer.challenge ?? '')?.[1]).toBe(scope);
  });

  it.each<[path: string, scopes: string[], roles: string[]]>([
    ['/notes', ['mail:read', 'notes:read'], []],
    ['/notes/share', ['notes:share', 'notes:read', 'notes:write'], []],
    ['/notes/any', ['notes:read', 'notes:admin'], []],
    ['/notes/any', ['notes:read', 'notes:write'], []],
    ['/notes/stacked', ['notes:read', 'notes:write'], ['editor', 'lead']],
    ['/roles', [], ['author', 'editor']],
    ['/roles/optional', [], ['author', 'editor']],
    ['/child/inherited', ['base', 'child'], []],
  ])('%s with scopes %j and roles %j: let in', async (path, scopes, roles) => {
    expect((await as(path, scopes, roles)).json).toEqual(OK);
  });

  it('a token that was verified before is checked again on every route', async () => {
    const token = issuer.token({ scopes: ['notes:read'] });
    for (let times = 0; times < 2; times++) {
      expect((await application.get('/notes', token)).status).toBe(200);
      expect((await application.get('/notes/any', token)).status).toBe(403);
      expect((await application.get('/roles/optional', token)).status).toBe(403);
    }
  });

  // RFC 6750 section 3: the scopes that a token needs; MCP (revision 2026-07-28) asks for them in the first 401.
  it('no token is 401, with all scopes that the route demands', async () => {
    const challenges = [
      ['/notes', 'Bearer realm="api", scope="notes:read"'],
      ['/notes/any', 'Bearer realm="api", scope="notes:read notes:admin notes:write"'],
      ['/notes/stacked', 'Bearer realm="api", scope="notes:read notes:write"'],
      ['/roles/optional', 'Bearer realm="api"'],
    ] as const;
    for (const [path, challenge] of challenges)
      expect(await application.get(path)).toMatchObject({
        status: 401,
        challenge,
        json: { code: 'auth_required', authenticateHint: 'Bearer realm="api"' },
      });
  });

  it('a bad token is 401, before any scope is looked at', async () => {
    expect((await application.get('/notes', issuer.expiredToken())).json).toMatchObject({
      code: 'token_expired',
    });
  });

  it('@OptionalAuth() where something is demanded: no token is 401 auth_required', async () => {
    application.log.clear();
    expect((await application.get('/roles/optional')).json).toMatchObject({
      code: 'auth_required',
    });
    expect((await as('/roles/optional', [])).json).toMatchObject({ code: 'insufficient_scope' });
    expect(application.log.text('error')).toBe('');
  });

  it('@OptionalAuth() where something is demanded: the guard alone refuses who has no token', async () => {
    const context = new ExecutionContextHost(
      [{ headers: {} }, {}],
      RolesController,
      RolesController.prototype.optional,
    );
    await expect(application.app.get(JwtAuthGuard).canActivate(context)).rejects.toMatchObject({
      code: 'auth_required',
    });
  });

  it('@Public() on a handler lifts what its controller demands', async () => {
    expect((await application.get('/notes/about')).json).toEqual(OK);
  });

  it('a caller who is let in leaves nothing in the log', async () => {
    application.log.clear();
    await as('/notes', ['notes:read']);
    expect(application.log.text()).toBe('');
  });
});

describe.each(ADAPTERS)('An application’s own ways, on %s', (adapter) => {
  it('a revocation check that takes time: scopes are checked after it', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication(
      {
        issuers: [issuer.config()],
        isRevoked: ({ tokenId }) => Promise.resolve(tokenId === 'revoked'),
      },
      { adapter, controllers: [NotesController] },
    );
    const revoked = issuer.token({ claims: { jti: 'revoked' } });
    const token = issuer.token({ scopes: ['notes:read'] });
    for (let times = 0; times < 2; times++) {
      expect((await application.get('/notes', token)).status).toBe(200);
      expect(await application.get('/notes/any', token)).toMatchObject({
        status: 403,
        challenge: expect.stringContaining('scope="notes:read notes:admin notes:write"'),
      });
      expect((await application.get('/notes/any', revoked)).json).toMatchObject({
        code: 'token_revoked',
      });
    }
    await application.close();
    await issuer.close();
  });

  it('a catch-all exception filter: body and challenge survive', async () => {
    @Catch()
    class CatchAll extends BaseExceptionFilter {}
    const issuer = await createTestIssuer();
    const application = await startApplication(
      { issuers: [issuer.config()] },
      {
        adapter,
        controllers: [NotesController, UnguardedHandler],
        configure: (app) => app.useGlobalFilters(new CatchAll(app.getHttpAdapter())),
      },
    );
    expect(await application.get('/notes', issuer.token())).toMatchObject({
      status: 403,
      json: { status: 403, code: 'insufficient_scope' },
      challenge: expect.stringContaining('error="insufficient_scope", scope="notes:read"'),
    });
    expect(await application.get('/unguarded-handler', issuer.token())).toMatchObject({
      status: 401,
      json: { status: 401, code: 'auth_required' },
      challenge: 'Bearer realm="api"',
    });
    await application.close();
    await issuer.close();
  });
});

@Controller('on-handler')
class OnHandler {
  @RequireScopes('a')
  @UseGuards(JwtAuthGuard)
  @Get('above')
  above(): object {
    return OK;
  }

  @UseGuards(JwtAuthGuard)
  @RequireScopes('a')
  @Get('below')
  below(): object {
    return OK;
  }

  @Get('lowest')
  @UseGuards(JwtAuthGuard)
  @RequireScopes('a')
  lowest(): object {
    return OK;
  }
}

@RequireScopes('a')
@UseGuards(JwtAuthGuard)
@Controller('class-above')
class ClassAbove {
  @Get()
  get(): object {
    return OK;
  }
}

@UseGuards(JwtAuthGuard)
@RequireScopes('a')
@Controller('class-below')
class ClassBelow {
  @Get()
  get(): object {
    return OK;
  }
}

@RequireScopes('a')
@Controller('guard-on-handler')
class GuardOnHandler {
  @UseGuards(JwtAuthGuard)
  @Get()
  get(): object {
    return OK;
  }
}

@UseGuards(JwtAuthGuard)
@Controller('guard-on-class')
class GuardOnClass {
  @RequireScopes('a')
  @Get()
  get(): object {
    return OK;
  }
}

@RequireScopes('a')
@UseGuards(JwtAuthGuard)
@Public()
@Controller('secured-again')
class SecuredAgain {
  @Protected()
  @Get()
  get(): object {
    return OK;
  }
}

const GUARDED = [OnHandler, ClassAbove, ClassBelow, GuardOnHandler, GuardOnClass, SecuredAgain];
const GUARDED_PATHS = [
  '/on-handler/above',
  '/on-handler/below',
  '/on-handler/lowest',
  '/class-above',
  '/class-below',
  '/guard-on-handler',
  '/guard-on-class',
  '/secured-again',
];

@RequireScopes('a')
@Controller('unguarded-class')
class UnguardedClass {
  @Get()
  get(): object {
    return OK;
  }
}

@Controller('unguarded-handler')
class UnguardedHandler {
  @RequireRoles('a')
  @Get()
  get(): object {
    return OK;
  }
}

@UseGuards(JwtAuthGuard)
@Controller('public')
class PublicController {
  @Public()
  @RequireScopes('a')
  @Get('handler')
  handler(): object {
    return OK;
  }
}

@Public()
@UseGuards(JwtAuthGuard)
@Controller('public-class')
class PublicClass {
  @RequireScopes('a')
  @Get()
  get(): object {
    return OK;
  }
}

@Public()
@RequireScopes('a')
@UseGuards(JwtAuthGuard)
@Controller('public-both')
class PublicBoth {
  @Get()
  get(): object {
    return OK;
  }
}

/** Lets everybody in, as somebody else's guard might. */
@Injectable()
class OtherGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@UseGuards(OtherGuard)
@OptionalAuth()
@RequireScopes('a')
@Controller('other-guard')
class OtherGuardController {
  @Get()
  get(): object {
    return OK;
  }
}

const UNGUARDED = [UnguardedClass, UnguardedHandler, OtherGuardController];
const PUBLIC = [PublicController, PublicClass, PublicBoth];

describe.each(ADAPTERS)('Where the decorators are written, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      { issuers: [issuer.config()], realm: 'notes' },
      { adapter, controllers: [...GUARDED, ...UNGUARDED, ...PUBLIC] },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  it.each(GUARDED_PATHS)('%s: the guard’s place makes no difference', async (path) => {
    application.log.clear();
    expect((await application.get(path)).json).toMatchObject({ code: 'auth_required' });
    expect((await application.get(path, issuer.token())).json).toMatchObject({
      code: 'insufficient_scope',
    });
    expect((await application.get(path, issuer.token({ scopes: ['a'] }))).json).toEqual(OK);
    expect(application.log.text('error')).toBe('');
  });

  it.each([
    ['/unguarded-class', 'UnguardedClass.get', 'not guarded by JwtAuthGuard'],
    ['/unguarded-handler', 'UnguardedHandler.get', 'not guarded by JwtAuthGuard'],
    ['/other-guard', 'OtherGuardController.get', 'not guarded by JwtAuthGuard'],
    ['/public/handler', 'PublicController.handler', '@Public()'],
    ['/public-class', 'PublicClass.get', '@Public()'],
    ['/public-both', 'PublicBoth.get', '@Public()'],
  ])(
    '%s, where no guard established an identity: 401 and an error in the log',
    async (path, name, why) => {
      for (const token of [undefined, issuer.token({ scopes: ['a'], claims: { roles: ['a'] } })]) {
        application.log.clear();
        const answer = await application.get(path, token);
        expect(answer.status).toBe(401);
        expect(answer.text).toBe(JSON.stringify(unauthorizedBody('auth_required', 'notes')));
        expect(answer.challenge).toBe('Bearer realm="notes"');
        expect(application.log.text('error')).toContain(
          `${name} demands scopes, roles or a login of its callers, but no identity was established: it is ${why}.`,
        );
      }
    },
  );
});

describe('A guard for every route', () => {
  it.each<[string, { extras?: object; providers?: Provider[]; useGlobal?: boolean }]>([
    ['guardEveryRoute', { extras: { guardEveryRoute: true } }],
    ['APP_GUARD', { providers: [{ provide: APP_GUARD, useExisting: JwtAuthGuard }] }],
    ['useGlobalGuards', { useGlobal: true }],
  ])('%s: serves every placement', async (_name, { extras, providers = [], useGlobal }) => {
    const issuer = await createTestIssuer();
    const application = await startApplication(
      { issuers: [issuer.config()], ...extras },
      {
        controllers: [...GUARDED, UnguardedClass],
        providers,
        configure: (app) => {
          if (useGlobal) app.useGlobalGuards(app.get(JwtAuthGuard));
        },
      },
    );
    for (const path of [...GUARDED_PATHS, '/unguarded-class']) {
      expect((await application.get(path)).status).toBe(401);
      expect((await application.get(path, issuer.token())).status).toBe(403);
      expect((await application.get(path, issuer.token({ scopes: ['a'] }))).status).toBe(200);
    }
    await application.close();
    await issuer.close();
  });

  it('a guard that replaces ours, as in tests: what it says of the caller is checked', async () => {
    @Injectable()
    class StandIn implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const request = context.switchToHttp().getRequest<{ user: object; headers: object }>();
        const { 'x-scopes': scopes } = request.headers as Record<string, string | undefined>;
        request.user = vouchFor(testIdentity({ scopes: scopes?.split(' ') }));
        return true;
      }
    }
    const issuer = await createTestIssuer();
    const application = await startApplication(
      { issuers: [issuer.config()] },
      { controllers: UNGUARDED, providers: [{ provide: APP_GUARD, useClass: StandIn }] },
    );
    const call = (scopes: string): Promise<HttpAnswer> =>
      application.call('/unguarded-class', { headers: [['X-Scopes', scopes]] });
    expect((await call('a b')).status).toBe(200);
    expect(await call('b')).toMatchObject({
      status: 403,
      challenge: expect.stringContaining('error="insufficient_scope"'),
    });
    expect((await application.get('/unguarded-class')).status).toBe(403);
    await application.close();
    await issuer.close();
  });
});
