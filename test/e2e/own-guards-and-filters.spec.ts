import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExecutionContext,
  Module,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, BaseExceptionFilter } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthModule, type AuthModuleExtras, JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, type ApplicationOptions, startModule } from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';

/** What docs/own-guards-and-filters.md says of the order in which Nest asks. */
describe.each(ADAPTERS)('Beside an application’s own guards and filters, on %s', (adapter) => {
  let issuer: TestIssuer;
  beforeAll(async () => void (issuer = await createTestIssuer()));
  afterAll(() => issuer.close());

  const auth = (extras: AuthModuleExtras = {}) =>
    AuthModule.forRoot({ issuers: [issuer.config()], ...extras });

  /** What the application's own guard found on the request. */
  async function userSeen(
    parts: (guard: object) => Pick<ApplicationOptions, 'imports' | 'providers'>,
  ): Promise<unknown> {
    const seen: unknown[] = [];
    const guard: CanActivate = {
      canActivate(context: ExecutionContext) {
        seen.push(
          context.switchToHttp().getRequest<{ user?: { subject: string } }>().user?.subject,
        );
        return true;
      },
    };
    const application = await startModule({
      ...parts({ provide: APP_GUARD, useValue: guard }),
      ...{ adapter, controllers: [NotesController] },
    });
    expect((await application.get('/notes', issuer.token({ subject: 'alice' }))).status).toBe(200);
    await application.close();
    return seen;
  }

  const moduleWith = (provider: object) => {
    @Module({ providers: [provider as never] })
    class Later {}
    return Later;
  };

  it('a guard of the root module comes before guardEveryRoute', async () => {
    const seen = await userSeen((guard) => ({
      imports: [auth({ guardEveryRoute: true })],
      providers: [guard as never],
    }));
    expect(seen).toEqual([undefined]);
  });

  it('one of a module imported after AuthModule comes after it', async () => {
    const seen = await userSeen((guard) => ({
      imports: [auth({ guardEveryRoute: true }), moduleWith(guard)],
    }));
    expect(seen).toEqual(['alice']);
  });

  it('one that is named behind JwtAuthGuard comes after it', async () => {
    const seen = await userSeen((guard) => ({
      imports: [auth()],
      providers: [{ provide: APP_GUARD, useExisting: JwtAuthGuard }, guard as never],
    }));
    expect(seen).toEqual(['alice']);
  });

  const caught: string[] = [];
  @Catch()
  class CatchEverything extends BaseExceptionFilter {
    override catch(exception: { readonly code?: string }, host: ArgumentsHost): void {
      caught.push(String(exception.code));
      super.catch(exception, host);
    }
  }
  const filter = { provide: APP_FILTER, useClass: CatchEverything };

  it.each<[string, boolean, () => Partial<ApplicationOptions>]>([
    ['APP_FILTER of the root module', false, () => ({ imports: [auth()], providers: [filter] })],
    ['APP_FILTER of a later module', true, () => ({ imports: [auth(), moduleWith(filter)] })],
    [
      'useGlobalFilters',
      true,
      () => ({
        imports: [auth()],
        configure: (app) => app.useGlobalFilters(new CatchEverything(app.getHttpAdapter())),
      }),
    ],
    [
      'exceptionFilter: false',
      true,
      () => ({ imports: [auth({ exceptionFilter: false })], providers: [filter] }),
    ],
  ])('%s sees a refusal: %s', async (_where, sees, parts) => {
    caught.length = 0;
    const application = await startModule({
      ...{ adapter, controllers: [NotesController] },
      ...parts(),
    });
    const answer = await application.get('/notes', issuer.expiredToken());
    // Whoever answers, body and challenge are the documented ones.
    expect([answer.status, answer.json, answer.challenge]).toMatchObject([
      401,
      { code: 'token_expired' },
      expect.stringContaining('error="invalid_token"'),
    ]);
    expect(caught).toEqual(sees ? ['token_expired'] : []);
    await application.close();
  });
});
