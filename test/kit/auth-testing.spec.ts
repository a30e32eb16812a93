import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, type INestApplication, Module, UseGuards } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  AuthConfigurationError,
  AuthModule,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import {
  authenticatedAs,
  AuthTesting,
  createTestIssuer,
  overrideAuth,
  type TestIssuer,
  testIdentity,
} from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import request from 'supertest';
import { CapturedLog } from '../support/captured-log.js';
import { NotesController } from '../support/notes.controller.js';

/** The application under test: it knows nothing of tests, and its environment is not there. */
@Module({
  imports: [
    AuthModule.forRootAsync({
      guardEveryRoute: true,
      useFactory: () => {
        throw new Error('API_ISSUERS is not set');
      },
    }),
  ],
  controllers: [NotesController],
})
class AppWithoutEnvironment {}

@Module({
  imports: [
    AuthModule.forRoot({
      audience: 'https://api.example.com',
      realm: 'notes',
      tokenSources: ['header', { cookie: 'session' }],
      isRevoked: ({ tokenId }) => tokenId === 'revoked',
      issuers: ['https://login.example.com'],
    }),
  ],
  controllers: [NotesController],
})
class AppModule {}

let issuer: TestIssuer;
let other: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
  other = await createTestIssuer({ listen: false, issuer: 'https://partner.example' });
});
afterAll(() => issuer.close());

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  jest.useRealTimers();
  for (const part of open.splice(0)) await part.close();
});

// Fastify's inject() can't be loaded by jest on Node.js before 24.9; test/package has it, on vitest.
async function started(
  builder: TestingModuleBuilder,
  adapter = new ExpressAdapter() as ExpressAdapter | FastifyAdapter,
): Promise<INestApplication> {
  const module = await builder.setLogger(new CapturedLog()).compile();
  const app = module.createNestApplication(adapter);
  open.push(await app.init());
  if (adapter instanceof FastifyAdapter) await adapter.getInstance().ready();
  return app;
}

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

describe('overrideAuth', () => {
  it('swaps the whole configuration, and the application’s own is not even made', async () => {
    const builder = Test.createTestingModule({ imports: [AppWithoutEnvironment] });
    const app = await started(overrideAuth(builder, { issuers: [issuer, other] }));
    const http = request(app.getHttpServer());
    for (const { issuer: name } of [issuer, other]) {
      const trusted = name === issuer.issuer ? issuer : other;
      const answer = await http.get('/notes').set(bearer(trusted.token({ subject: 'bob' })));
      expect(answer.body).toEqual({ id: `${name}|bob`, issuer: name, subject: 'bob' });
    }
    expect(await http.get('/notes')).toBeUnauthorized('auth_required');
    expect(await http.get('/notes').set(bearer(other.tamperedToken()))).toBeUnauthorized(
      'signature_invalid',
    );
  });

  it('changes the application’s own configuration, the rest of which stays', async () => {
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const app = await started(overrideAuth(builder, (own) => ({ ...own, issuers: [issuer] })));
    const http = request(app.getHttpServer());
    expect(await http.get('/notes')).toChallenge({ realm: 'notes' });
    const answer = await http.get('/notes').set('cookie', `session=${issuer.token()}`);
    expect(answer.status).toBe(200);
    const revoked = issuer.token({ claims: { jti: 'revoked' } });
    expect(await http.get('/notes').set(bearer(revoked))).toBeUnauthorized('token_revoked');
  });

  it('the application’s own issuers are trusted no longer', async () => {
    const own = await createTestIssuer({ listen: false });
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const app = await started(overrideAuth(builder, { issuers: [issuer] }));
    const answer = await request(app.getHttpServer()).get('/notes').set(bearer(own.token()));
    expect(answer).toBeUnauthorized('issuer_untrusted');
  });

  it('Fastify', async () => {
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const app = await started(overrideAuth(builder, { issuers: [issuer] }), new FastifyAdapter());
    const http = request(app.getHttpServer());
    expect((await http.get('/notes').set(bearer(issuer.token()))).status).toBe(200);
    const expired = await http.get('/notes').set(bearer(issuer.expiredToken()));
    expect(expired).toBeUnauthorized('token_expired');
    expect(await http.get('/notes')).toBeUnauthorized('auth_required');
  });

  it.each([
    ['an object', () => ({ issuers: [{ issuer: 'not an address' }] })],
    ['a function', () => () => ({ issuers: [{ issuer: 'not an address' }] })],
  ] as const)('validates what %s gives', async (_name, trust) => {
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const compiling = overrideAuth(builder, trust()).compile();
    await expect(compiling).rejects.toThrow(AuthConfigurationError);
    await expect(compiling).rejects.toThrow(/issuers\[0\]\.issuer/);
  });
});

describe('AuthTesting.forRoot', () => {
  it('is AuthModule with test issuers in the list', async () => {
    const app = await started(
      Test.createTestingModule({
        imports: [AuthTesting.forRoot({ issuers: [issuer, other], guardEveryRoute: true })],
        controllers: [NotesController],
      }),
    );
    const http = request(app.getHttpServer());
    expect((await http.get('/notes').set(bearer(other.token()))).status).toBe(200);
    expect(await http.get('/notes')).toBeUnauthorized('auth_required');
  });

  it.each([undefined, {}, { issuers: 'x' }, { issuers: [null] }])(
    'leaves %j to the validator',
    async (config) => {
      const builder = Test.createTestingModule({
        imports: [AuthTesting.forRoot(config as never)],
      });
      await expect(builder.compile()).rejects.toThrow(AuthConfigurationError);
    },
  );
});

describe('authenticatedAs', () => {
  const unit = (): TestingModuleBuilder =>
    Test.createTestingModule({ controllers: [NotesController] });

  it('overrideGuard: a controller without AuthModule, tokens or keys', async () => {
    const guard = authenticatedAs({ subject: 'bob', scopes: ['notes:read'] });
    const app = await started(unit().overrideGuard(JwtAuthGuard).useValue(guard));
    const answer = await request(app.getHttpServer()).get('/notes/identity');
    expect(answer.body).toMatchObject({
      issuer: 'https://login.example.com',
      subject: 'bob',
      id: 'https://login.example.com|bob',
      scopes: ['notes:read'],
      claims: { sub: 'bob', scope: 'notes:read' },
    });
  });

  it('overrideProvider: an application that guards every route', async () => {
    @Controller('me')
    class MeController {
      @Get()
      get(@CurrentIdentity() identity: Identity): object {
        return { subject: identity.subject };
      }
    }
    const auth = AuthTesting.forRoot({ issuers: [issuer], guardEveryRoute: true });
    const builder = Test.createTestingModule({ imports: [auth], controllers: [MeController] })
      .overrideProvider(JwtAuthGuard)
      .useValue(authenticatedAs({ subject: 'bob' }));
    const app = await started(builder, new FastifyAdapter());
    expect((await request(app.getHttpServer()).get('/me')).body).toEqual({ subject: 'bob' });
  });

  it('a public route has no identity, as with the real guard', async () => {
    @UseGuards(JwtAuthGuard)
    @Controller('open')
    class OpenController {
      @Public()
      @Get()
      get(@CurrentIdentity() identity: Identity): Identity {
        return identity;
      }
    }
    const app = await started(
      Test.createTestingModule({ controllers: [OpenController] })
        .overrideGuard(JwtAuthGuard)
        .useValue(authenticatedAs()),
    );
    const answer = await request(app.getHttpServer()).get('/open');
    expect(answer.body).toMatchObject({ status: 401, code: 'auth_required' });
  });

  it('what a route demands still holds', async () => {
    @UseGuards(JwtAuthGuard)
    @RequireScopes('notes:write')
    @Controller('write')
    class WriteController {
      @Get()
      get(): object {
        return {};
      }
    }
    for (const [scopes, status] of [
      [['notes:write'], 200],
      [['notes:read'], 403],
    ] as const) {
      const app = await started(
        Test.createTestingModule({ controllers: [WriteController] })
          .overrideGuard(JwtAuthGuard)
          .useValue(authenticatedAs({ scopes })),
      );
      expect((await request(app.getHttpServer()).get('/write')).status).toBe(status);
    }
  });

  it('the identity is whole and deeply frozen; what it was made of is not', () => {
    const claims = { roles: ['editor'] };
    const identity = testIdentity({ roles: ['editor'], claims, tokenId: 'one' });
    expect(new NotesController().list(identity)).toEqual({
      id: 'https://login.example.com|alice',
      issuer: 'https://login.example.com',
      subject: 'alice',
    });
    expect(Object.isFrozen(identity.claims['roles'])).toBe(true);
    expect(Object.isFrozen(claims)).toBe(false);
    expect(Object.keys(identity).toSorted()).toEqual(
      [
        ...['audience', 'claims', 'clientId', 'expiresAt', 'id', 'issuer', 'roles', 'scopes'],
        ...['subject', 'tenant', 'tokenId'],
      ].toSorted(),
    );
    expect(testIdentity({ tokenId: 'one' }).claims).toMatchObject({ jti: 'one' });
  });

  it('a member given as undefined is one not given, except for the client', () => {
    const { clientId, claims, ...rest } = testIdentity({ scopes: undefined, subject: undefined });
    expect([rest.scopes, rest.subject, clientId]).toEqual([[], 'alice', 'test-client']);
    expect(claims).not.toHaveProperty('scope');
    expect(testIdentity({ clientId: undefined }).clientId).toBeUndefined();
  });

  it.each<[string, object]>([
    ['a test identity has no option "sub". Did you mean subject?', { sub: 'bob' }],
    ['scopes of a test identity must be a list of strings, not a string', { scopes: 'a b' }],
  ])('refuses: %s', (message, members) => {
    for (const make of [testIdentity, authenticatedAs])
      expect(() => make(members)).toThrow(new TypeError(message));
  });
});

describe('Fake timers', () => {
  it.each([
    ['over HTTP', () => issuer],
    ['in memory', () => other],
  ] as const)('a token expires when they move, keys %s', async (_way, trusted) => {
    const builder = Test.createTestingModule({ imports: [AppModule] });
    const app = await started(overrideAuth(builder, { issuers: [trusted()] }));
    // What servers and clients go on with between two events is no matter of time.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const token = trusted().token({ expiresInSeconds: 60 });
    const get = async () => request(app.getHttpServer()).get('/notes').set(bearer(token));
    expect((await get()).status).toBe(200);
    jest.advanceTimersByTime(64_000);
    expect((await get()).status).toBe(200);
    jest.advanceTimersByTime(1_000);
    expect(await get()).toBeUnauthorized('token_expired');
  });
});
