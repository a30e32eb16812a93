import {
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Module,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccessTokenVerifier,
  AuthConfigurationError,
  AuthModule,
  type AuthModuleConfig,
  type Identity,
  JwtAuthGuard,
  KeysUnavailableException,
  TokenExpiredException,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startModule, type TestApplication } from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { startVerifier } from '../support/verifier.js';

let issuer: TestIssuer;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  issuer = await createTestIssuer();
  open.push(issuer);
});
afterEach(async () => {
  for (const part of open.splice(0)) await part.close();
});

async function start(
  ...[metadata]: Parameters<typeof startModule>
): ReturnType<typeof startModule> {
  const application = await startModule({ controllers: [NotesController], ...metadata });
  open.push(application);
  return application;
}

const EXISTING = Symbol('existing');

@Injectable()
class AuthConfig {
  create(): AuthModuleConfig {
    return { issuers: [issuer.config()], realm: 'made by a class' };
  }
}

@Module({ providers: [{ provide: EXISTING, useClass: AuthConfig }], exports: [EXISTING] })
class SettingsModule {}

describe('AuthModule', () => {
  const forms: [string, () => ReturnType<typeof AuthModule.forRoot>][] = [
    ['forRoot', () => AuthModule.forRoot({ issuers: [issuer.config()] })],
    [
      'forRootAsync with useFactory',
      () =>
        AuthModule.forRootAsync({
          imports: [SettingsModule],
          inject: [EXISTING],
          useFactory: async (settings: AuthConfig) => settings.create(),
        }),
    ],
    ['forRootAsync with useClass', () => AuthModule.forRootAsync({ useClass: AuthConfig })],
    [
      'forRootAsync with useExisting',
      () => AuthModule.forRootAsync({ imports: [SettingsModule], useExisting: EXISTING as never }),
    ],
  ];

  it.each(forms)('configured by %s, it guards with no more than that', async (_name, make) => {
    const application = await start({ imports: [make()] });
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    expect((await application.get('/notes')).status).toBe(401);
  });

  it.each([
    ['forRoot', () => AuthModule.forRoot({ issuers: [] })],
    ['forRoot without an argument', () => AuthModule.forRoot(undefined as never)],
    ['forRootAsync', () => AuthModule.forRootAsync({ useFactory: () => ({ issuers: [] }) })],
    [
      'forRootAsync giving nothing',
      () => AuthModule.forRootAsync({ useFactory: () => undefined as never }),
    ],
  ])('%s with a faulty configuration does not start', async (_name, make) => {
    await expect(start({ imports: [make()] })).rejects.toThrow(AuthConfigurationError);
  });

  it('isGlobal: false leaves modules that do not import it without a guard, at start', async () => {
    @UseGuards(JwtAuthGuard)
    @Controller('feature')
    class FeatureController {
      @Get()
      get(): object {
        return {};
      }
    }
    const auth = AuthModule.forRoot({ issuers: [issuer.config()], isGlobal: false });
    @Module({ controllers: [FeatureController] })
    class Forgetful {}
    @Module({ controllers: [FeatureController], imports: [auth] })
    class Importing {}
    const starting = start({ imports: [auth, Forgetful], controllers: [] });
    await expect(starting).rejects.toThrow(AuthConfigurationError);
    await expect(starting).rejects.toThrow(
      /AuthModule: is out of reach of JwtAuthGuard.*With isGlobal: false each module/,
    );
    @Module({ imports: [auth], exports: [AuthModule] })
    class Exporting {}
    @Module({ controllers: [FeatureController], imports: [Exporting] })
    class Indirect {}
    for (const feature of [Importing, Indirect]) {
      const application = await start({ imports: [auth, feature], controllers: [] });
      expect((await application.get('/feature', issuer.token())).status).toBe(200);
      expect((await application.get('/feature')).status).toBe(401);
    }
  });

  it('imported by its bare name changes nothing beside forRoot, and without one stops the start', async () => {
    @Module({ imports: [AuthModule], controllers: [NotesController] })
    class Feature {}
    @Module({ controllers: [NotesController] })
    class NotesModule {}
    const auth = AuthModule.forRoot({ issuers: [issuer.config()], warmUp: true });
    const application = await start({ imports: [auth, Feature], controllers: [] });
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    expect((await application.get('/notes')).status).toBe(401);
    for (const controllers of [[], [NotesController]]) {
      const starting = start({ imports: [AuthModule], controllers });
      await expect(starting).rejects.toThrow(AuthConfigurationError);
      await expect(starting).rejects.toThrow(
        /is imported but not configured anywhere. Write AuthModule.forRoot/,
      );
    }
    for (const feature of [Feature, NotesModule])
      await expect(start({ imports: [feature], controllers: [] })).rejects.toThrow(
        AuthConfigurationError,
      );
  });

  it.each([
    [{ guardEveryroute: true }, 'guardEveryroute: unknown option. Did you mean guardEveryRoute?'],
    [{ usefactory: () => ({}) }, 'usefactory: unknown option. Did you mean useFactory?'],
    [{ issuers: [] }, 'issuers: unknown option here. It belongs in the configuration'],
    [{ useFactory: undefined }, 'has no way to make the configuration'],
    [{ useClass: AuthConfig }, 'has useFactory and useClass to make the configuration'],
    [{ guardEveryRoute: 'no' }, 'guardEveryRoute: "no" is not true or false'],
  ])('forRootAsync with %j says what is wrong', (options, message) => {
    const wrong = { useFactory: () => ({ issuers: [issuer.config()] }), ...options } as never;
    expect(() => AuthModule.forRootAsync(wrong)).toThrow(AuthConfigurationError);
    expect(() => AuthModule.forRootAsync(wrong)).toThrow(message);
  });

  it('forRoot says what is wrong with its wiring', async () => {
    const wired = (extras: object) =>
      AuthModule.forRoot({ issuers: [issuer.config()], ...extras } as never);
    expect(() => wired({ isGlobal: 0 })).toThrow('isGlobal: 0 is not true or false');
    await expect(start({ imports: [wired({ guardEveryroute: true })] })).rejects.toThrow(
      'guardEveryroute: unknown option. Did you mean guardEveryRoute?',
    );
  });

  it('the guard can be extended by a class with parameters of its own', async () => {
    @Injectable()
    class Accounts {
      of({ subject }: Identity): string {
        return `account of ${subject}`;
      }
    }
    @Injectable()
    class AccountGuard extends JwtAuthGuard {
      constructor(@Inject(Accounts) private readonly accounts: Accounts) {
        super();
      }

      override async canActivate(context: ExecutionContext): Promise<boolean> {
        await super.canActivate(context);
        const request = context.switchToHttp().getRequest<{ user: Identity; account: string }>();
        request.account = this.accounts.of(request.user);
        return true;
      }
    }
    @UseGuards(AccountGuard)
    @Controller('account')
    class AccountController {
      @Get()
      get(@Req() { account }: { account: string }): object {
        return { account };
      }
    }
    const application = await start({
      imports: [AuthModule.forRoot({ issuers: [issuer.config()] })],
      providers: [Accounts],
      controllers: [AccountController],
    });
    const answer = await application.get('/account', issuer.token({ subject: 'alice' }));
    expect(answer.json).toEqual({ account: 'account of alice' });
    expect((await application.get('/account')).json).toMatchObject({ code: 'auth_required' });
  });

  it('guardEveryRoute and forRootAsync go together', async () => {
    const application = await start({
      imports: [AuthModule.forRootAsync({ guardEveryRoute: true, useClass: AuthConfig })],
    });
    const answer = await application.get('/notes');
    expect(answer.challenge).toBe('Bearer realm="made by a class"');
  });

  it('overrideGuard and overrideProvider reach it in a testing module', async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [AuthModule.forRoot({ issuers: [issuer.config()], guardEveryRoute: true })],
      controllers: [NotesController],
    })
      .overrideProvider(JwtAuthGuard)
      .useValue({ canActivate: () => true })
      .overrideGuard(JwtAuthGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = moduleRef.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    open.push(app);
    const response = await fetch(`${await app.getUrl()}/notes/about`);
    expect(response.status).toBe(200);
  });
});

describe('AccessTokenVerifier', () => {
  let application: TestApplication;
  let verifier: AccessTokenVerifier;
  beforeEach(async () => {
    application = await start({ imports: [AuthModule.forRoot({ issuers: [issuer.config()] })] });
    verifier = application.app.get(AccessTokenVerifier);
  });

  it('gives the identity the guard would', async () => {
    const token = issuer.token();
    const answer = await application.get('/notes/identity', token);
    expect(JSON.parse(JSON.stringify(await verifier.verify(token)))).toEqual(answer.json);
  });

  it('gives a frozen identity, claims included', async () => {
    const identity = await verifier.verify(issuer.token({ claims: { nested: { list: [{}] } } }));
    const { nested } = identity.claims as { nested: { list: object[] } };
    for (const part of [
      identity,
      identity.scopes,
      identity.claims,
      nested,
      nested.list,
      nested.list[0],
    ])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it.each([
    ['', 'auth_required'],
    ['junk', 'token_malformed'],
    ['Bearer x', 'token_malformed'],
    [undefined, 'token_malformed'],
    [null, 'token_malformed'],
    [1, 'token_malformed'],
    [{}, 'token_malformed'],
  ])('refuses %j with the 401 %s', async (token, code) => {
    const verifying = verifier.verify(token as string);
    await expect(verifying).rejects.toBeInstanceOf(UnauthorizedException);
    await expect(verifying).rejects.toMatchObject({ code });
  });

  it('tells log and observers why a value is no token', async () => {
    const checks: string[] = [];
    const { outcome, log } = await startVerifier({
      issuers: [issuer.config()],
      observer: { refused: ({ check }) => void checks.push(check) },
    });
    await outcome('');
    await outcome(7 as never);
    expect(log.text('debug')).toContain('auth_required: an empty token');
    expect(log.text('debug')).toContain(
      'token_malformed: not a string, or longer than maxTokenBytes',
    );
    expect(checks).toEqual(['credentials', 'credentials']);
  });

  it('takes tokens as long as maxTokenBytes, and none that is longer', async () => {
    const token = issuer.token();
    const outcomes = await Promise.all(
      [token.length, token.length - 1].map(async (maxTokenBytes) => {
        const { outcome } = await startVerifier({ issuers: [issuer.config()], maxTokenBytes });
        return outcome(token);
      }),
    );
    expect(outcomes).toEqual(['accepted', 'token_malformed']);
  });

  it('rejects with the exception of the cause', async () => {
    await expect(verifier.verify(issuer.expiredToken())).rejects.toBeInstanceOf(
      TokenExpiredException,
    );
    await expect(verifier.verify(issuer.expiredToken())).rejects.toMatchObject({
      code: 'token_expired',
      challenge:
        'Bearer realm="api", error="invalid_token", error_description="Access token expired"',
    });
  });

  it('rejects with a 503 when the token could not be checked', async () => {
    issuer.goDown();
    await expect(verifier.verify(issuer.token())).rejects.toBeInstanceOf(KeysUnavailableException);
  });
});
