import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AuthConfigurationError,
  AuthModule,
  type AuthModuleConfig,
  type Identity,
} from 'nestjs-trusted-issuers';
import {
  AuthTesting,
  createTestIssuer,
  overrideAuth,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startModule, type TestApplication } from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';

let issuer: TestIssuer;
beforeAll(async () => void (issuer = await createTestIssuer()));
afterAll(() => issuer.close());

@Controller('open')
class UnguardedController {
  @Get()
  list(): object {
    return {};
  }
}

/** Everything that counts is inherited or stands behind a getter, and needs its object. */
class Defaults {
  #revoked = 'mallory';

  get issuers(): AuthModuleConfig['issuers'] {
    return [issuer.config()];
  }

  get guardEveryRoute(): boolean {
    return true;
  }

  get realm(): string {
    return 'inherited';
  }

  isRevoked({ subject }: Identity): boolean {
    return subject === this.#revoked;
  }
}
class Settings extends Defaults {}

const settings = (): AuthModuleConfig => new Settings() as AuthModuleConfig;

/** The same without the wiring, which the result of a factory may not have. */
class FactorySettings {
  #defaults = new Defaults();
  get issuers() {
    return this.#defaults.issuers;
  }
  get realm() {
    return this.#defaults.realm;
  }
  isRevoked(identity: Identity) {
    return this.#defaults.isRevoked(identity);
  }
}

describe.each(ADAPTERS)('A configuration made by a class counts whole, on %s', (adapter) => {
  const start = (module: ReturnType<typeof AuthModule.forRoot>): Promise<TestApplication> =>
    startModule({ adapter, imports: [module], controllers: [UnguardedController] });

  async function expectWhole(application: TestApplication): Promise<void> {
    const stranger = await application.get('/open');
    expect(stranger.json).toMatchObject({ code: 'auth_required' });
    expect(stranger.challenge).toContain('realm="inherited"');
    const revoked = await application.get('/open', issuer.token({ subject: 'mallory' }));
    expect(revoked.json).toMatchObject({ code: 'token_revoked' });
    expect((await application.get('/open', issuer.token())).status).toBe(200);
    await application.close();
  }

  it('with forRoot', async () => expectWhole(await start(AuthModule.forRoot(settings()))));

  it('with forRootAsync, the wiring beside it included', async () => {
    class Options {
      get guardEveryRoute(): boolean {
        return true;
      }
      useFactory(): AuthModuleConfig {
        return new FactorySettings();
      }
    }
    await expectWhole(await start(AuthModule.forRootAsync(new Options())));
  });

  it('with the test kit', async () =>
    expectWhole(await start(AuthTesting.forRoot(settings() as never))));
});

it('overrideAuth takes it whole as well, and gives the application’s own to a function', async () => {
  for (const trust of [
    new FactorySettings() as never,
    (own: AuthModuleConfig) => ({ ...own, issuers: [issuer] }),
  ]) {
    const builder = Test.createTestingModule({
      imports: [AuthModule.forRootAsync({ useFactory: () => new FactorySettings() })],
      controllers: [NotesController],
    });
    const module = await overrideAuth(builder, trust).compile();
    const app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/notes`, {
      headers: { authorization: `Bearer ${issuer.token({ subject: 'mallory' })}` },
    });
    expect(await answer.json()).toMatchObject({ code: 'token_revoked' });
    await app.close();
  }
});

it('a member that can’t be read stops the start, and says no more than its name', () => {
  const config = {
    get realm(): string {
      throw new Error('SECRET');
    },
  };
  expect(() => AuthModule.forRoot(config as AuthModuleConfig)).toThrow(
    new AuthConfigurationError([{ path: 'realm', message: 'cannot be read. Give a plain value.' }]),
  );
});

it.each([
  [{ useFactory: {} }, 'useFactory: an object can’t be used here. Give a function'],
  [{ useFactory: null }, 'useFactory: null can’t be used here. Give a function'],
  [{ useClass: new Settings() }, 'useClass: an object can’t be used here. Give a class'],
  [{ useFactory: () => ({}), imports: Settings }, 'imports: a function is not a list.'],
])('the options of forRootAsync %#', (options, message) => {
  expect(() => AuthModule.forRootAsync(options as never)).toThrow(message);
});

describe('A configuration that depends on the request', () => {
  @Injectable({ scope: Scope.REQUEST })
  class RequestLogger {}

  @Injectable()
  class Revocations {
    constructor(readonly logger: RequestLogger) {}
  }
  Reflect.defineMetadata('design:paramtypes', [RequestLogger], Revocations);

  @Module({ providers: [RequestLogger, Revocations], exports: [Revocations] })
  class RevocationModule {}

  it.each([
    ['two steps away', { imports: [RevocationModule], inject: [Revocations] }],
    ['itself', { inject: [REQUEST] }],
  ])('%s: stops the start, where Nest would leave every route open', async (_name, wiring) => {
    const starting = startModule({
      imports: [
        AuthModule.forRootAsync({
          ...wiring,
          exceptionFilter: false,
          useFactory: () => ({ issuers: [issuer.config()], audit: 'error' as const }),
        }),
      ],
      controllers: [NotesController],
    });
    await expect(starting).rejects.toThrow(
      'AuthModule: has a configuration that depends on the request',
    );
  });
});
