import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Module,
  Res,
  ServiceUnavailableException,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthModule, JwtAuthGuard, TokenExpiredException } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import {
  ADAPTERS,
  type ApplicationOptions,
  startApplication,
  startModule,
  type TestApplication,
} from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { unauthorizedBody, unauthorizedChallenge } from '../support/unauthorized.js';

/** What many applications have in main.ts: it sees every exception, and answers as Nest would. */
@Catch()
class CatchAllFilter extends BaseExceptionFilter {
  static seen = 0;
  static last: unknown;
  override catch(exception: unknown, host: ArgumentsHost): void {
    CatchAllFilter.seen++;
    CatchAllFilter.last = exception;
    super.catch(exception, host);
  }
}

/** Serves what it has while a backend is down. */
@Catch(ServiceUnavailableException)
class StoredDataFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}
  catch(_exception: ServiceUnavailableException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<unknown>();
    this.adapterHost.httpAdapter.reply(response, { stored: 'data' }, 200);
  }
}

@Module({ providers: [{ provide: APP_FILTER, useClass: CatchAllFilter }] })
class FilterModule {}

class TenantLockedException extends UnauthorizedException {}

@UseGuards(JwtAuthGuard)
@Controller('own')
class OwnExceptionsController {
  @Get('message')
  message(): never {
    throw new UnauthorizedException('Your account is locked');
  }

  @Get('silent')
  silent(): never {
    throw new UnauthorizedException();
  }

  @Get('described')
  described(): never {
    throw new UnauthorizedException('Your account is locked', 'Locked');
  }

  @Get('object')
  object(): never {
    throw new UnauthorizedException({ reason: 'locked' });
  }

  @Get('basic')
  basic(
    @Res({ passthrough: true }) response: { header(name: string, value: string): unknown },
  ): never {
    response.header('WWW-Authenticate', 'Basic realm="admin"');
    throw new UnauthorizedException();
  }

  @Get('worded')
  worded(): never {
    throw new UnauthorizedException({ message: 'Your account is locked' });
  }

  @Get('list')
  list(): never {
    throw new UnauthorizedException(['name is empty', 'name is no name']);
  }

  @Get('empty')
  empty(): never {
    throw new UnauthorizedException({});
  }

  @Get('named')
  named(): never {
    throw new TenantLockedException('', '');
  }

  @Get('standard')
  standard(): never {
    throw new UnauthorizedException('Unauthorized');
  }

  @Get('ours')
  ours(): never {
    throw new TokenExpiredException();
  }

  @Get('under-way')
  underWay(@Res() response: ServerResponse & { raw?: ServerResponse }): never {
    const raw = response.raw ?? response;
    raw.writeHead(200, { 'content-type': 'text/plain' });
    raw.write('first half');
    throw new UnauthorizedException('too late');
  }
}

describe.each(ADAPTERS)('Exception filters on %s', (adapter) => {
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer();
  });
  afterAll(() => issuer.close());

  const config = (): ReturnType<TestIssuer['config']> => issuer.config();
  const arrangements: [string, () => Promise<TestApplication>][] = [
    ['none', () => startApplication({ issuers: [config()] }, { adapter })],
    [
      'a module APP_FILTER imported before',
      () => startApplication({ issuers: [config()] }, { adapter, imports: [FilterModule] }),
    ],
    ['a module APP_FILTER imported after', () => startAfter({ adapter, imports: [FilterModule] })],
    [
      'a root APP_FILTER',
      () =>
        startApplication(
          { issuers: [config()] },
          { adapter, providers: [{ provide: APP_FILTER, useClass: CatchAllFilter }] },
        ),
    ],
    [
      'useGlobalFilters in main.ts',
      () =>
        startApplication(
          { issuers: [config()] },
          {
            adapter,
            configure: (app) =>
              app.useGlobalFilters(new CatchAllFilter(app.get(HttpAdapterHost).httpAdapter)),
          },
        ),
    ],
    [
      'exceptionFilter: false',
      () => startApplication({ issuers: [config()], exceptionFilter: false }, { adapter }),
    ],
  ];

  function startAfter({ imports = [], ...options }: ApplicationOptions): Promise<TestApplication> {
    return startModule({
      ...options,
      controllers: [NotesController],
      imports: [AuthModule.forRoot({ issuers: [config()] }), ...imports],
    });
  }

  it.each(arrangements)('body and header survive: %s', async (_name, start) => {
    const application = await start();
    const expired = await application.get('/notes', issuer.expiredToken());
    expect(expired.status).toBe(401);
    expect(expired.text).toBe(JSON.stringify(unauthorizedBody('token_expired')));
    expect(expired.challenge).toBe(unauthorizedChallenge('token_expired'));
    const missing = await application.get('/notes');
    expect([missing.status, missing.challenge]).toEqual([401, 'Bearer realm="api"']);
    await application.close();
  });

  it('the catch-all filters of these arrangements were really in use', () => {
    expect(CatchAllFilter.seen).toBeGreaterThan(0);
  });

  it('no word of a token hangs on what they see, however deep a logger looks', async () => {
    const application = await startApplication(
      { issuers: [config()] },
      {
        adapter,
        configure: (app) =>
          app.useGlobalFilters(new CatchAllFilter(app.get(HttpAdapterHost).httpAdapter)),
      },
    );
    for (const token of [issuer.expiredToken(), issuer.tamperedToken(), 'c0nf1dent1al']) {
      CatchAllFilter.last = undefined;
      expect((await application.get('/notes', token)).status).toBe(401);
      expect(CatchAllFilter.last).toBeInstanceOf(UnauthorizedException);
      const all = inspect(CatchAllFilter.last, { depth: Infinity, showHidden: true });
      for (const segment of token.split('.')) expect(all).not.toContain(segment);
    }
    await application.close();
  });

  describe('an application’s own exceptions', () => {
    let application: TestApplication;
    beforeAll(async () => {
      application = await startApplication(
        { issuers: [config()], realm: 'orders' },
        { adapter, controllers: [OwnExceptionsController] },
      );
    });
    afterAll(() => application.close());

    const REQUIRED = unauthorizedBody('auth_required', 'orders');
    const body = (message: string): object => ({ ...REQUIRED, message });

    it.each([
      ['message', body('Your account is locked')],
      ['silent', REQUIRED],
      ['described', body('Your account is locked')],
      ['object', { reason: 'locked' }],
      ['worded', { message: 'Your account is locked' }],
      [
        'list',
        {
          statusCode: 401,
          error: 'Unauthorized',
          message: ['name is empty', 'name is no name'],
        },
      ],
      ['empty', {}],
      ['named', REQUIRED],
      ['standard', body('Unauthorized')],
    ])('what /own/%s throws keeps its body, with a challenge', async (path, expected) => {
      const answer = await application.get(`/own/${path}`, issuer.token());
      expect(answer.status).toBe(401);
      expect(answer.json).toEqual(expected);
      expect(answer.challenge).toBe('Bearer realm="orders"');
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    });

    it('a challenge that another guard set is kept', async () => {
      const answer = await application.get('/own/basic', issuer.token());
      expect(answer.json).toEqual(REQUIRED);
      expect(answer.challenge).toBe('Basic realm="admin"');
    });

    it('one of ours thrown by the application is worded for the application', async () => {
      const answer = await application.get('/own/ours', issuer.token());
      expect(answer.json).toMatchObject({
        code: 'token_expired',
        authenticateHint: 'Bearer realm="orders"',
      });
      expect(answer.challenge).toContain('realm="orders", error="invalid_token"');
    });

    it('a reply already under way is left as it is, and ended', async () => {
      const answer = await application.get('/own/under-way', issuer.token());
      expect([answer.status, answer.text]).toEqual([200, 'first half']);
      expect(answer.challenge).toBeUndefined();
      expect((await application.get('/own/silent', issuer.token())).status).toBe(401);
    });
  });
});

describe.each(ADAPTERS)('A filter for backends that are down, on %s', (adapter) => {
  it('is not asked for a token that could not be checked', async () => {
    const issuer = await createTestIssuer();
    issuer.goDown();
    @Controller('stored')
    class StoredController {
      @Get('guarded')
      @UseGuards(JwtAuthGuard)
      guarded(): string {
        return 'guarded';
      }
      @Get('down')
      down(): never {
        throw new ServiceUnavailableException();
      }
    }
    for (const global of [true, false]) {
      const application = await startApplication(
        { issuers: [issuer.config()] },
        {
          adapter,
          controllers: [StoredController],
          providers: global ? [{ provide: APP_FILTER, useClass: StoredDataFilter }] : [],
          configure: (app) => {
            if (!global) app.useGlobalFilters(new StoredDataFilter(app.get(HttpAdapterHost)));
          },
        },
      );
      const answer = await application.get('/stored/guarded', issuer.token());
      expect([answer.status, answer.json]).toMatchObject([503, { code: 'keys_unavailable' }]);
      expect((await application.get('/stored/down')).json).toEqual({ stored: 'data' });
      await application.close();
    }
    await issuer.close();
  });
});
