import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  UseGuards,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
  RequireAuthentication,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { createTestIssuer, type TestIssuer, testIdentity } from 'nestjs-trusted-issuers/testing';
import { of } from 'rxjs';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { gatewayParts } from '../support/gateway-parts.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { bearer, SOCKET_KINDS } from '../support/sockets.js';

/** Puts another function in the place of a method, and copies nothing of it but what it does. */
const Retryable = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
  const inner = descriptor.value as (...parameters: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...parameters: unknown[]): unknown {
    return inner.apply(this, parameters);
  };
};

@UseGuards(JwtAuthGuard)
@Controller('wrapped')
class WrappedController {
  @Get('scopes')
  @Retryable()
  @RequireScopes('admin')
  scopes(): string {
    return 'in';
  }

  @Get('twice')
  @RequireScopes('write')
  @Retryable()
  @Retryable()
  @RequireScopes('admin')
  twice(): string {
    return 'in';
  }

  @Get('roles')
  @Retryable()
  @RequireRoles('admin')
  roles(): string {
    return 'in';
  }

  @Get('login')
  @Retryable()
  @RequireAuthentication({ acrValues: ['phr'] })
  login(): string {
    return 'in';
  }

  @Get('public')
  @Retryable()
  @Public()
  open(): string {
    return 'in';
  }
}

@Public()
@UseGuards(JwtAuthGuard)
@Controller('shop')
class ShopController {
  @Get('admin')
  @Retryable()
  @Protected()
  admin(): string {
    return 'in';
  }
}

@Public()
@Controller()
class OpenBase {
  @Get('inherited')
  inherited(): string {
    return 'in';
  }

  @Public()
  @Get('said')
  said(): string {
    return 'in';
  }

  @Public()
  @Get('overridden')
  overridden(): string {
    return 'in';
  }

  @RequireScopes('admin')
  @Get('restricted')
  restricted(): string {
    return 'in';
  }
}

@UseGuards(JwtAuthGuard)
@Controller('sub')
class SubController extends OpenBase {
  @Get('overridden')
  override overridden(): string {
    return 'in';
  }

  @RequireScopes('write')
  @Get('restricted')
  override restricted(): string {
    return 'in';
  }
}

@OptionalAuth()
@Controller()
class OptionalBase {
  @Get()
  list(): string {
    return 'in';
  }
}

@UseGuards(JwtAuthGuard)
@Controller('required')
class RequiredController extends OptionalBase {}

describe.each(ADAPTERS)('What a decorator says holds, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  const token = (scopes: string[], claims = {}): string => issuer.token({ scopes, claims });

  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false });
    application = await startApplication(
      { issuers: [issuer.config()] },
      {
        adapter,
        controllers: [WrappedController, ShopController, SubController, RequiredController],
      },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  it.each([
    ['/wrapped/scopes', ['read'], 403],
    ['/wrapped/scopes', ['admin'], 200],
    ['/wrapped/twice', ['admin'], 403],
    ['/wrapped/twice', ['write'], 403],
    ['/wrapped/twice', ['admin', 'write'], 200],
    ['/wrapped/roles', ['admin'], 403],
    ['/wrapped/login', ['admin'], 401],
    ['/sub/restricted', ['admin'], 403],
    ['/sub/restricted', ['write'], 403],
    ['/sub/restricted', ['admin', 'write'], 200],
  ])('%s with scopes %j: %d', async (path, scopes, status) => {
    expect((await application.get(path, token(scopes))).status).toBe(status);
  });

  it('a role and a login that the caller has let it in under a wrapper', async () => {
    const claims = { roles: ['admin'], acr: 'phr' };
    expect((await application.get('/wrapped/roles', token([], claims))).status).toBe(200);
    expect((await application.get('/wrapped/login', token([], claims))).status).toBe(200);
  });

  it.each([
    ['/wrapped/public', 200],
    ['/shop/admin', 401],
    ['/sub/inherited', 401],
    ['/sub/said', 200],
    ['/sub/overridden', 401],
    ['/required', 401],
  ])('%s without a token: %d', async (path, status) => {
    expect((await application.get(path)).status).toBe(status);
  });
});

@Resolver()
class WrappedResolver {
  @UseGuards(JwtAuthGuard)
  @Query(() => String)
  @Retryable()
  @RequireScopes('admin')
  secret(): string {
    return 'in';
  }
}

describe.each(SERVERS)('A demand under a wrapper, on %s', (server) => {
  it('holds', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await startGraphQL(
      server,
      { issuers: [issuer.config()] },
      { resolvers: [WrappedResolver] },
    );
    try {
      const refused = await application.query('{ secret }', issuer.token());
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'insufficient_scope' });
      const good = await application.query('{ secret }', issuer.token({ scopes: ['admin'] }));
      expect(good.data).toEqual({ secret: 'in' });
    } finally {
      await application.close();
    }
  });
});

@UseGuards(JwtAuthGuard)
@Controller()
class WrappedMessages {
  @MessagePattern('secret')
  @Retryable()
  @RequireScopes('admin')
  secret(): string {
    return 'in';
  }
}

it('A demand under a wrapper holds for messages', async () => {
  const issuer = await createTestIssuer({ listen: false });
  const { service, close } = await startMicroservice({
    config: { issuers: [issuer.config()] },
    controllers: [WrappedMessages],
  });
  const client = tcpClientOf(service);
  const send = (token: string): Promise<unknown> =>
    answerOf(client.send('secret', { authorization: `Bearer ${token}` }));
  try {
    expect(await send(issuer.token())).toMatchObject({ refused: { code: 'insufficient_scope' } });
    expect(await send(issuer.token({ scopes: ['admin'] }))).toBe('in');
  } finally {
    await client.close();
    await close();
  }
});

@AuthenticatedGateway()
@WebSocketGateway()
class WrappedGateway {
  @SubscribeMessage('secret')
  @Retryable()
  @RequireScopes('admin')
  secret(): object {
    return { event: 'secret', data: 'in' };
  }
}

describe.each(SOCKET_KINDS)('A demand under a wrapper, for sockets of %s', (kind) => {
  const { issuer, start } = gatewayParts();

  it('holds', async () => {
    const trusted = await issuer();
    const { join } = await start(kind, { issuers: [trusted.config()] }, WrappedGateway);
    const without = await join(bearer(trusted.token()));
    without.send('secret');
    expect(await without.next('exception')).toMatchObject({ code: 'insufficient_scope' });
    const having = await join(bearer(trusted.token({ scopes: ['admin'] })));
    expect(await having.ask('secret')).toBe('in');
  });
});

/** Another guard's caller, with the scopes that its key names. */
@Injectable()
class ApiKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string>; user?: Identity }>();
    request.user = testIdentity({ scopes: [request.headers['x-api-key'] ?? 'none'] });
    return true;
  }
}

/** Answers what it answered before, as a cache does. */
@Injectable()
class Cache implements NestInterceptor {
  private kept: unknown;

  intercept(_context: ExecutionContext, next: CallHandler) {
    return this.kept === undefined ? ((this.kept = 'cached'), next.handle()) : of(this.kept);
  }
}

@UseGuards(ApiKeyGuard)
@Controller('keyed')
class KeyedController {
  @RequireScopes('admin')
  @Get()
  list(): string {
    return 'fresh';
  }
}

describe.each(ADAPTERS)('A demand behind another guard, on %s', (adapter) => {
  it('is checked before any interceptor answers', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await startApplication(
      { issuers: [issuer.config()] },
      {
        adapter,
        controllers: [KeyedController],
        providers: [{ provide: APP_INTERCEPTOR, useClass: Cache }],
      },
    );
    const ask = (key: string) => application.call('/keyed', { headers: [['x-api-key', key]] });
    try {
      expect(await ask('admin')).toMatchObject({ status: 200, text: 'fresh' });
      expect(await ask('admin')).toMatchObject({ status: 200, text: 'cached' });
      expect((await ask('reader')).status).toBe(403);
    } finally {
      await application.close();
    }
  });
});

describe('A decorator that is given no method', () => {
  it.each([
    ['RequireScopes', RequireScopes('a')],
    ['RequireRoles', RequireRoles('a')],
    ['RequireAuthentication', RequireAuthentication({ maxAgeSeconds: 60 })],
    ['Protected', Protected()],
  ])('@%s() on a field says so', (name, decorate) => {
    class Notes {}
    const call = (): unknown =>
      (decorate as (target: object, key: string) => void)(Notes.prototype, 'list');
    expect(call).toThrow(TypeError);
    expect(call).toThrow(`@${name}() on Notes.list`);
  });

  it('@RequireScopes() on a static method says so', () => {
    const call = (): unknown => {
      class Notes {
        @RequireScopes('a')
        static list(): void {}
      }
      return Notes;
    };
    expect(call).toThrow('a static method');
  });
});
