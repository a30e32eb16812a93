import { describe, expect, it } from '@jest/globals';
import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type NestInterceptor,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { MessagePattern, type TcpContext } from '@nestjs/microservices';
import { type Observable, of, tap } from 'rxjs';
import {
  cachePerIdentity,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
} from 'nestjs-trusted-issuers';
import { ADAPTERS, startApplication } from '../support/application.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { opened } from '../support/opened.js';

/** Another guard with users of its own. */
class OtherGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request: { headers: { key?: string }; user?: object } = context
      .switchToHttp()
      .getRequest();
    request.user = { name: request.headers.key };
    return true;
  }
}

let calls = 0;

@UseGuards(JwtAuthGuard)
@Controller('notes')
class CachedController {
  @Get('mine')
  mine(@CurrentIdentity() { subject }: Identity): object {
    return { subject, call: ++calls };
  }

  @OptionalAuth()
  @Get('greeting')
  greeting(@CurrentIdentity() identity: Identity | undefined): object {
    return { subject: identity?.subject ?? 'stranger', call: ++calls };
  }

  @Public()
  @Get('about')
  about(): object {
    return { call: ++calls };
  }

  @Public()
  @UseGuards(OtherGuard)
  @Get('other')
  other(): object {
    return { call: ++calls };
  }
}

@Controller('unguarded')
class UnguardedController {
  @Get()
  get(): object {
    return { call: ++calls };
  }
}

/** Takes what its `trackBy` gives at once, and its text as the key: \@nestjs/cache-manager 3.1.0 with Keyv 5.2. */
class HastyCache implements NestInterceptor {
  private readonly kept = new Map<string, unknown>();

  async trackBy(context: ExecutionContext): Promise<string | undefined> {
    return context.getHandler().name;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const key: unknown = this.trackBy(context);
    if (!key) return next.handle();
    const kept = this.kept.get(`keyv:${String(key)}`);
    return kept === undefined
      ? next.handle().pipe(tap((answer) => this.kept.set(`keyv:${String(key)}`, answer)))
      : of(kept);
  }
}

const imports = [CacheModule.register()];

describe.each(ADAPTERS)('cachePerIdentity on %s', (adapter) => {
  const { keep, issuer: startIssuer } = opened();

  it('answers each caller with what was cached for them, strangers among themselves', async () => {
    const issuer = await startIssuer();
    const { get } = keep(
      await startApplication(
        { issuers: [issuer.config()], audit: 'off' },
        {
          adapter,
          controllers: [CachedController, UnguardedController],
          imports,
          providers: [{ provide: APP_INTERCEPTOR, useClass: cachePerIdentity(CacheInterceptor) }],
        },
      ),
    );
    const [alice, bob] = ['alice', 'bob'].map((subject) => issuer.token({ subject }));
    const json = async (path: string, token?: string) => (await get(path, token)).json;

    const first = await json('/notes/mine', alice);
    expect(first).toMatchObject({ subject: 'alice' });
    expect(await json('/notes/mine', bob)).toMatchObject({ subject: 'bob' });
    expect(await json('/notes/mine', alice)).toEqual(first);
    expect((await get('/notes/mine')).status).toBe(401);

    const known = await json('/notes/greeting', alice);
    const stranger = await json('/notes/greeting');
    expect([known, stranger]).toMatchObject([{ subject: 'alice' }, { subject: 'stranger' }]);
    expect(await json('/notes/greeting', bob)).toMatchObject({ subject: 'bob' });
    expect(await json('/notes/greeting')).toEqual(stranger);
    expect(await json('/notes/greeting', alice)).toEqual(known);

    expect(await json('/notes/about')).toEqual(await json('/notes/about', alice));
    for (const path of ['/notes/other', '/unguarded'])
      expect(await json(path)).not.toEqual(await json(path));
  });

  it('keeps callers apart where the cache does not wait for a trackBy that answers later', async () => {
    const issuer = await startIssuer();
    const useClass = cachePerIdentity(HastyCache);
    const { get } = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        {
          adapter,
          controllers: [CachedController],
          providers: [{ provide: APP_INTERCEPTOR, useClass }],
        },
      ),
    );
    const mine = async (subject: string): Promise<unknown> =>
      (await get('/notes/mine', issuer.token({ subject }))).json;
    const first = await mine('alice');
    expect(first).toMatchObject({ subject: 'alice' });
    expect(await mine('bob')).toMatchObject({ subject: 'bob' });
    expect(await mine('alice')).toEqual(first);
    expect((await get('/notes/mine')).status).toBe(401);
  });
});

describe('cachePerIdentity', () => {
  const { keep, issuer: startIssuer } = opened();

  it('keeps callers apart for messages as well', async () => {
    @UseGuards(JwtAuthGuard)
    @Controller()
    class JobsController {
      @UseInterceptors(cachePerIdentity(CacheInterceptor))
      @SetMetadata('cache_module:cache_key', 'jobs')
      @MessagePattern('jobs')
      jobs(@CurrentIdentity() { subject }: Identity): object {
        return { subject, call: ++calls };
      }
    }
    const issuer = await startIssuer();
    const { service } = keep(
      await startMicroservice({
        ...{ config: { issuers: [issuer.config()] }, controllers: [JobsController] },
        imports,
      }),
    );
    const client = tcpClientOf(service);
    keep({ close: async () => client.close() });
    const send = (subject: string): Promise<unknown> =>
      answerOf(client.send('jobs', { authorization: `Bearer ${issuer.token({ subject })}` }));
    const first = await send('alice');
    expect(await send('bob')).toMatchObject({ subject: 'bob' });
    expect(await send('alice')).toEqual(first);
  });

  it('refuses a class that has no trackBy', () => {
    class NoCache {
      intercept(): never {
        throw new Error('nobody calls it');
      }
    }
    expect(() => cachePerIdentity(NoCache)).toThrow(/NoCache, which has no trackBy/);
  });
});

describe('The audit of caches', () => {
  const { keep } = opened();

  class OwnCache extends CacheInterceptor {
    protected override trackBy(context: ExecutionContext): ReturnType<CacheInterceptor['trackBy']> {
      return super.trackBy(context);
    }
  }

  @UseGuards(JwtAuthGuard)
  @UseInterceptors(CacheInterceptor)
  @Controller('class')
  class OnClassController {
    @Get()
    get(): void {}

    @Public()
    @Get('public')
    public(): void {}
  }

  @UseGuards(JwtAuthGuard)
  @Controller('handler')
  class OnHandlerController {
    @UseInterceptors(OwnCache)
    @Get()
    get(): void {}

    @UseInterceptors(cachePerIdentity(OwnCache))
    @Get('kept-apart')
    keptApart(): void {}
  }

  const CONFIG = { issuers: ['https://login.example.com'], audience: 'notes' };

  it.each([
    ['on a class', OnClassController, 'OnClassController.get (GET /class) has CacheInterceptor'],
    ['on a handler', OnHandlerController, 'OnHandlerController.get (GET /handler) has OwnCache'],
  ])('has a line for one %s beside the guard', async (_place, controller, line) => {
    const options = { controllers: [controller], imports };
    const { log } = keep(await startApplication({ ...CONFIG, audit: 'warn' }, options));
    expect(log.text('warn')).toContain(line);
    expect(log.text('warn').match(/before it/g)).toHaveLength(1);
    await expect(startApplication({ ...CONFIG, audit: 'error' }, options)).rejects.toThrow(line);
  });

  it.each([
    ['', 'DEFAULT', 4, CacheInterceptor],
    ['made for each request', 'REQUEST', 4, CacheInterceptor],
    ['that keeps callers apart', 'DEFAULT', 0, cachePerIdentity(CacheInterceptor)],
  ] as const)('has a line for each handler behind a global one %s', async (...row) => {
    const [, scope, count, useClass] = row;
    const { log } = keep(
      await startApplication(
        { ...CONFIG, audit: 'warn', guardEveryRoute: true },
        {
          controllers: [CachedController, UnguardedController, MessagesController],
          imports,
          providers: [{ provide: APP_INTERCEPTOR, useClass, scope: scope === 'REQUEST' ? 2 : 0 }],
        },
      ),
    );
    expect(log.text('warn').match(/before it/g) ?? []).toHaveLength(count);
  });

  @UseGuards(JwtAuthGuard)
  @Controller()
  class MessagesController {
    @MessagePattern('unnamed')
    unnamed(_context: TcpContext): void {}

    @SetMetadata('cache_module:cache_key', 'named')
    @MessagePattern('named')
    named(): void {}
  }
});
