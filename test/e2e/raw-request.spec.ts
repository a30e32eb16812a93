import { describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  UseGuards,
} from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  AccessTokenVerifier,
  callerOf,
  CurrentIdentity,
  type Identity,
  identityCacheKey,
  JwtAuthGuard,
  OptionalAuth,
  RequireScopes,
  vouchFor,
} from 'nestjs-trusted-issuers';
import { authenticatedAs, testIdentity } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';
import { type GraphQLFault, SERVERS, startGraphQL } from '../support/graphql.js';
import { LenientGuard } from '../support/lenient.guard.js';
import { opened } from '../support/opened.js';

interface Request {
  user?: unknown;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What a tool keeps that has only the request its middleware was given, as nestjs-cls does. */
const REQUESTS = new AsyncLocalStorage<Request>();

/** Puts whatever a test likes on the request of a middleware. */
type Occupy = (request: Request, verifier: AccessTokenVerifier) => unknown;

/** On Express the middleware's request is the handler's; on Fastify it is the raw one. */
function moduleWith(occupy: Occupy) {
  @Injectable()
  class Occupying implements NestMiddleware {
    constructor(@Inject(AccessTokenVerifier) private readonly verifier: AccessTokenVerifier) {}

    async use(request: Request, _response: unknown, next: () => void): Promise<void> {
      const user = await occupy(request, this.verifier);
      if (user !== undefined) request.user = user;
      REQUESTS.run(request, next);
    }
  }

  @Module({})
  class Middlewares implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(Occupying).forRoutes('*path');
    }
  }
  return Middlewares;
}

const verifying: Occupy = async (request, verifier) =>
  request.headers['authorization'] && (await verifier.verifyRequest(request));
const nobody: Occupy = () => undefined;
const subjectOf = (user: unknown): string =>
  (user as Identity | undefined)?.subject ?? String((user as object | undefined) && 'a session');
/** Whom middleware finds, once the guards are through. */
const seenByMiddleware = (): string => subjectOf(REQUESTS.getStore()?.user);

@Injectable()
class AskingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return callerOf(context) !== undefined;
  }
}

@Injectable()
class TakingOffGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<Request>().user = undefined;
    return true;
  }
}

@Injectable()
class SessionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<Request>().user = { session: 's1' };
    return true;
  }
}

/** Puts somebody else, or what is nobody, on the request that middleware has. */
@Injectable()
class LaterGuard implements CanActivate {
  static user: unknown;

  canActivate(): boolean {
    Object.assign(REQUESTS.getStore() ?? {}, { user: LaterGuard.user });
    return true;
  }
}

/** Under which key an answer would be kept, if nobody else refused the call. */
@Injectable()
class KeyGuard implements CanActivate {
  static key: string | undefined;

  canActivate(context: ExecutionContext): boolean {
    KeyGuard.key = identityCacheKey(context, '/cached');
    return true;
  }
}

@Controller()
class NotesController {
  @UseGuards(AskingGuard)
  @Get('whoami')
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @RequireScopes('notes:read')
  @Get('scoped')
  scoped(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @UseGuards(JwtAuthGuard)
  @Get('guarded')
  guarded(@CurrentIdentity() { subject }: Identity): string {
    return `${subject}, ${seenByMiddleware()}`;
  }

  @OptionalAuth()
  @UseGuards(JwtAuthGuard)
  @Get('greeting')
  greeting(@CurrentIdentity() identity?: Identity): string {
    return `${subjectOf(identity)}, ${seenByMiddleware()}`;
  }

  @OptionalAuth()
  @UseGuards(LenientGuard)
  @Get('lenient')
  lenient(): string {
    return seenByMiddleware();
  }

  @UseGuards(JwtAuthGuard, TakingOffGuard)
  @Get('taken-off')
  takenOff(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @UseGuards(JwtAuthGuard, LaterGuard)
  @Get('later')
  later(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @UseGuards(SessionGuard)
  @Get('session')
  session(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @OptionalAuth()
  @UseGuards(KeyGuard)
  @Get('cached')
  cached(): string {
    return 'in';
  }
}

const { keep, issuer: makeIssuer } = opened();

describe.each(ADAPTERS)('The request of a middleware, on %s', (adapter) => {
  const start = async (occupy: Occupy, configure?: (request: object) => void) => {
    const issuer = await makeIssuer();
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        {
          adapter,
          controllers: [NotesController],
          imports: [moduleWith(occupy)],
          configure: (app) => {
            if (adapter === 'Fastify') configure?.(app.getHttpAdapter().getInstance() as object);
          },
        },
      ),
    );
    const text = async (path: string, token?: string): Promise<unknown> => {
      const { status, text: said } = await application.get(path, token);
      return status === 200 ? said : status;
    };
    return { issuer, text, ...application };
  };

  it('an identity there is the caller’s', async () => {
    const { issuer, text } = await start(verifying);
    const reading = issuer.token({ scopes: ['notes:read'] });
    expect(await text('/whoami', reading)).toBe('alice');
    expect(await text('/scoped', reading)).toBe('alice');
    expect(await text('/scoped', issuer.token())).toBe(403);
    for (const path of ['/whoami', '/scoped']) expect(await text(path)).toBe(401);
  });

  it('so it is where the request was given a user that is null', async () => {
    const { issuer, text } = await start(verifying, (instance) =>
      (instance as { decorateRequest(name: string, value: null): void }).decorateRequest(
        'user',
        null,
      ),
    );
    expect(await text('/whoami', issuer.token())).toBe('alice');
    expect(await text('/guarded', issuer.token())).toBe('alice, alice');
    expect(await text('/whoami')).toBe(401);
  });

  it('so is one that a guard vouches for', async () => {
    const { text } = await start(() => vouchFor(testIdentity({ subject: 'bob' })));
    expect(await text('/whoami')).toBe('bob');
  });

  it('the guard’s identity is there, in place of whatever was', async () => {
    const others = [nobody, () => vouchFor(testIdentity({ subject: 'bob' })), () => ({ id: 7 })];
    for (const occupy of others) {
      const { issuer, text } = await start(occupy);
      expect(await text('/guarded', issuer.token())).toBe('alice, alice');
      expect(await text('/greeting', issuer.token())).toBe('alice, alice');
    }
  });

  it.each([
    ['vouched for', () => vouchFor(testIdentity({ subject: 'bob' }))],
    ['that looks like one', () => ({ issuer: 'https://i.example', subject: 'mallory' })],
  ])('an identity %s is taken off for a caller without a good token', async (_kind, occupy) => {
    const { issuer, text } = await start(occupy);
    expect(await text('/greeting')).toBe('undefined, undefined');
    expect(await text('/lenient', issuer.expiredToken())).toBe('undefined');
    expect(await text('/guarded')).toBe(401);
  });

  it('what is not an identity is no caller, and stays', async () => {
    const copy = (): unknown => ({ ...testIdentity({ scopes: ['notes:read'] }) });
    for (const occupy of [() => ({ id: 7 }), () => JSON.parse('{"raw":{"user":1}}'), copy]) {
      const { text } = await start(occupy);
      for (const path of ['/whoami', '/scoped', '/guarded']) expect(await text(path)).toBe(401);
    }
    const { text } = await start(() => ({ id: 7 }));
    expect(await text('/greeting')).toBe('undefined, a session');
    expect(await text('/lenient', 'junk')).toBe('a session');
  });

  it('a caller that another guard took off or replaced does not count', async () => {
    const { issuer, text } = await start(verifying);
    expect(await text('/taken-off', issuer.token())).toBe(401);
    expect(await text('/session', issuer.token())).toBe(401);
  });

  it('what is put there after the guard counts, or is no caller', async () => {
    const { issuer, text } = await start(nobody);
    LaterGuard.user = vouchFor(testIdentity({ subject: 'bob' }));
    expect(await text('/later', issuer.token())).toBe('bob');
    for (const user of [{ session: 's1' }, { ...testIdentity() }, undefined, null]) {
      LaterGuard.user = user;
      expect(await text('/later', issuer.token())).toBe(401);
    }
  });

  it('an answer is kept for its caller alone', async () => {
    const { issuer, text } = await start(verifying);
    expect([await text('/cached', issuer.token()), KeyGuard.key]).toEqual([
      'in',
      JSON.stringify([`${issuer.issuer}|alice`, '/cached']),
    ]);
    expect([await text('/cached'), KeyGuard.key]).toEqual(['in', '[null,"/cached"]']);
    const other = await start(() => ({ id: 7 }));
    expect([await other.text('/cached'), KeyGuard.key]).toEqual(['in', undefined]);
  });

  it('a getter there stops the request with an error that teaches', async () => {
    const mallory = { issuer: 'https://mallory.example', subject: 'mallory' };
    const { issuer, text, log } = await start((request) => {
      Object.defineProperty(request, 'user', { get: () => mallory, set: () => {} });
    });
    for (const [path, token] of [
      ['/guarded', issuer.token()],
      ['/greeting', undefined],
    ] as const) {
      log.clear();
      expect(await text(path, token)).toBe(500);
      expect(log.text('error')).toContain('cannot put the caller on the request');
    }
  });

  it('a replacement of the guard puts its caller there', async () => {
    const issuer = await makeIssuer();
    @Controller()
    @UseGuards(authenticatedAs({ subject: 'bob' }))
    class Standing {
      @Get('guarded')
      guarded(@CurrentIdentity() { subject }: Identity): string {
        return `${subject}, ${seenByMiddleware()}`;
      }
    }
    const { get } = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        { adapter, controllers: [Standing], imports: [moduleWith(nobody)] },
      ),
    );
    expect((await get('/guarded')).text).toBe('bob, bob');
  });
});

describe.each(SERVERS)('The request of a middleware behind resolvers, with %s', (server) => {
  @Resolver()
  class NotesResolver {
    @UseGuards(AskingGuard)
    @Query(() => String, { nullable: true })
    whoami(@CurrentIdentity() { subject }: Identity): string {
      return subject;
    }

    @RequireScopes('notes:read')
    @Query(() => String, { nullable: true })
    scoped(): string {
      return 'in';
    }

    @UseGuards(JwtAuthGuard)
    @Query(() => String, { nullable: true })
    guarded(@CurrentIdentity() { subject }: Identity): string {
      return `${subject}, ${seenByMiddleware()}`;
    }

    @OptionalAuth()
    @UseGuards(JwtAuthGuard)
    @Query(() => String, { nullable: true })
    greeting(@CurrentIdentity() identity?: Identity): string {
      return `${subjectOf(identity)}, ${seenByMiddleware()}`;
    }
  }

  /** The driver's own, and contexts that wrap the request, or give the raw one. */
  const CONTEXTS: Readonly<Record<string, ((...args: never[]) => object) | undefined>> = {
    'of the driver': undefined,
    ...(server === 'Apollo on Fastify' && {
      'with a wrapped request': (request: { raw: object; headers: object }) => ({
        req: { headers: request.headers, raw: request.raw },
      }),
      'with the raw request': (request: { raw: object }) => ({ req: request.raw }),
    }),
    ...(server === 'Mercurius' && {
      'with a wrapped request': (request: { raw: object; headers: object }) => ({
        req: { headers: request.headers, raw: request.raw },
      }),
    }),
  };

  describe.each(Object.entries(CONTEXTS))('a context %s', (_kind, context) => {
    const start = async (occupy: Occupy) => {
      const issuer = await makeIssuer();
      const { query } = keep(
        await startGraphQL(
          server,
          { issuers: [issuer.config()] },
          {
            resolvers: [NotesResolver],
            imports: [moduleWith(occupy)],
            graphql: context === undefined ? {} : ({ context } as object),
          },
        ),
      );
      return { issuer, query };
    };
    const codesOf = (errors: readonly GraphQLFault[] = []): unknown[] =>
      errors.map(({ extensions }) => extensions['code']);

    it('an identity there is the caller’s', async () => {
      const { issuer, query } = await start(verifying);
      const reading = await query('{ whoami scoped }', issuer.token({ scopes: ['notes:read'] }));
      expect(reading.data).toEqual({ whoami: 'alice', scoped: 'in' });
      const other = await query('{ whoami scoped }', issuer.token());
      expect(other.data).toEqual({ whoami: 'alice', scoped: null });
      const stranger = await query('{ whoami scoped }');
      expect(stranger.data).toEqual({ whoami: null, scoped: null });
      expect(codesOf(stranger.errors)).toHaveLength(2);
    });

    it('the guard’s identity is there, or none', async () => {
      const { issuer, query } = await start(() => vouchFor(testIdentity({ subject: 'bob' })));
      const answer = await query('{ guarded greeting }', issuer.token());
      expect(answer.data).toEqual({ guarded: 'alice, alice', greeting: 'alice, alice' });
      expect((await query('{ greeting }')).data).toEqual({ greeting: 'undefined, undefined' });
    });
  });
});
