import {
  type CanActivate,
  Controller,
  Delete,
  Get,
  type INestApplication,
  Injectable,
  Module,
  Post,
  UseGuards,
  type WebSocketAdapter,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AuthConfigurationError,
  AuthModule,
  type AuthModuleConfig,
  type AuthModuleExtras,
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { ADAPTERS, type ApplicationOptions, startApplication } from '../support/application.js';
import { CapturedLog } from '../support/captured-log.js';

const CONFIG: AuthModuleConfig = { issuers: ['https://login.example.com'], audience: 'notes' };

@Injectable()
class ApiKeyGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable()
class StricterGuard extends JwtAuthGuard {}

@UseGuards(JwtAuthGuard)
@Controller('guarded')
class GuardedController {
  @Get()
  get(): void {}

  @OptionalAuth()
  @Get('optional')
  optional(): void {}
}

@Controller(['open', 'offen'])
class OpenController {
  @Get()
  forgotten(): void {}

  @Public()
  @Get('said')
  said(): void {}

  @UseGuards(StricterGuard)
  @Get('subclass')
  subclass(): void {}

  @UseGuards(new ApiKeyGuard(), ApiKeyGuard)
  @Post(['by-key', 'mit/:key'])
  byKey(): void {}

  noRoute(): void {}
}

@Public()
@Controller()
class PublicController {
  @Get()
  get(): void {}

  @Protected()
  @Delete('again')
  again(): void {}
}

@Controller()
class JobsController {
  @MessagePattern('jobs.take')
  take(): void {}

  @EventPattern({ cmd: 'done' })
  done(): void {}

  @UseGuards(JwtAuthGuard)
  @MessagePattern('jobs.guarded')
  guarded(): void {}
}

@WebSocketGateway()
class ChatGateway {
  @SubscribeMessage('say')
  say(): void {}

  @Public()
  @SubscribeMessage('listen')
  listen(): void {}
}

@WebSocketGateway()
class PushGateway {}

/** Guards run for messages, and it has none. */
@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class GuardedPushGateway {}

@AuthenticatedGateway()
@WebSocketGateway()
class CheckedPushGateway {}

@Public()
@WebSocketGateway()
class PublicPushGateway {}

@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class GuardedGateway {
  @SubscribeMessage('whisper')
  whisper(): void {}
}

const EVERYTHING: ApplicationOptions = {
  controllers: [GuardedController, OpenController, PublicController, JobsController],
  providers: [
    ...[ChatGateway, PushGateway, GuardedGateway],
    ...[GuardedPushGateway, CheckedPushGateway, PublicPushGateway],
  ],
  configure: (app) => app.useWebSocketAdapter(new SilentAdapter()),
};

/** Gateways need an adapter; this one listens nowhere. */
class SilentAdapter implements WebSocketAdapter {
  create(): object {
    return {};
  }
  bindClientConnect(): void {}
  bindMessageHandlers(): void {}
  close(): void {}
  dispose(): void {}
}

const GUARD_FOR_ALL = { provide: APP_GUARD, useExisting: JwtAuthGuard };

/** Starts, notes the warnings, and stops. */
async function warningsOf(
  config: Partial<AuthModuleConfig & AuthModuleExtras>,
  options: ApplicationOptions,
): Promise<string> {
  const application = await startApplication({ ...CONFIG, ...config }, options);
  const warnings = application.log.text('warn');
  await application.close();
  return warnings;
}

describe.each(ADAPTERS)('Start-up audit on %s', (adapter) => {
  it('warn: one table of everything that is open by oversight', async () => {
    const warnings = await warningsOf({ audit: 'warn' }, { ...EVERYTHING, adapter });
    expect(warnings).toContain('10 handlers are not guarded by JwtAuthGuard and not @Public().');
    expect(warnings).toMatchSnapshot();
  });

  it('error: stops the start with the same table', async () => {
    const starting = warningsOf({ audit: 'error' }, { ...EVERYTHING, adapter });
    await expect(starting).rejects.toThrow(AuthConfigurationError);
    await expect(starting).rejects.toThrow(/audit: 10 handlers are not guarded[\s\S]*GET \/open/);
  });

  it('off, which is the default: says nothing', async () => {
    expect(await warningsOf({}, { ...EVERYTHING, adapter })).toBe('');
    expect(await warningsOf({ audit: 'off' }, { ...EVERYTHING, adapter })).toBe('');
    const providers = [CheckedPushGateway, PublicPushGateway];
    const checked = { ...EVERYTHING, adapter, providers };
    expect(await warningsOf({ guardEveryRoute: true }, checked)).toBe('');
  });

  it('error: an application in which every handler says what it is starts', async () => {
    const options = { adapter, controllers: [GuardedController] };
    expect(await warningsOf({ audit: 'error' }, options)).toBe('');
  });
});

describe('Guards for the whole application', () => {
  const routes = { controllers: [GuardedController, OpenController, PublicController] };
  const useGlobally = (app: INestApplication): void =>
    void app.useGlobalGuards(app.get(JwtAuthGuard));

  it.each<[string, Partial<AuthModuleExtras>, ApplicationOptions]>([
    ['guardEveryRoute', { guardEveryRoute: true }, {}],
    ['APP_GUARD', {}, { providers: [{ provide: APP_GUARD, useExisting: JwtAuthGuard }] }],
    [
      'APP_GUARD with a subclass',
      {},
      { providers: [{ provide: APP_GUARD, useClass: StricterGuard }] },
    ],
    ['useGlobalGuards', {}, { configure: useGlobally }],
  ])('%s counts', async (_name, extras, options) => {
    expect(await warningsOf({ audit: 'error', ...extras }, { ...routes, ...options })).toBe('');
  });

  it('another guard does not count', async () => {
    const providers = [{ provide: APP_GUARD, useClass: ApiKeyGuard }];
    expect(await warningsOf({ audit: 'warn' }, { ...routes, providers })).toContain('GET /open');
  });

  it('counts for a gateway’s messages, but neither for connections nor for message handlers beside HTTP, which do not see it', async () => {
    const providers = [...(EVERYTHING.providers ?? []), GUARD_FOR_ALL];
    const warnings = await warningsOf({ audit: 'warn' }, { ...EVERYTHING, providers });
    expect(warnings).toContain('6 handlers are not guarded');
    expect(warnings).toMatch(/^ +ChatGateway +WebSocket connection/m);
    expect(warnings).not.toContain('ChatGateway.say');
    expect(warnings).toMatch(
      /^ +PushGateway +WebSocket connection, guarded by @AuthenticatedGateway\(\) alone/m,
    );
    expect(warnings).toMatch(/^ +GuardedPushGateway +WebSocket connection/m);
    expect(warnings).toContain('JobsController.take   message "jobs.take"');
    expect(warnings).toContain('JobsController.done   message {"cmd":"done"}');
  });

  it.each<[string, Partial<AuthModuleExtras>, ApplicationOptions]>([
    ['guardEveryRoute', { guardEveryRoute: true }, {}],
    ['APP_GUARD', {}, { providers: [GUARD_FOR_ALL] }],
    ['useGlobalGuards', {}, { configure: useGlobally }],
  ])(
    '%s: open messages of a microservice beside HTTP are named, unasked, when it is connected',
    async (_name, extras, options) => {
      const application = await startApplication(
        { ...CONFIG, ...extras },
        { ...options, controllers: [JobsController] },
      );
      expect(application.log.text('warn')).toBe('');
      for (let count = 0; count < 2; count++)
        application.app.connectMicroservice({
          transport: Transport.TCP,
          options: { port: 0, host: '127.0.0.1' },
        });
      const warnings = application.log.text('warn');
      await application.close();
      expect(warnings).toMatch(/^2 handlers are not guarded[\s\S]*JobsController\.take/);
      expect(warnings).toContain('inheritAppConfig: true');
      expect(warnings.match(/handlers are not guarded/g)).toHaveLength(1);
    },
  );

  it('without one the log does not name messages unasked', async () => {
    const application = await startApplication(CONFIG, { controllers: [JobsController] });
    application.app.connectMicroservice({
      transport: Transport.TCP,
      options: { port: 0, host: '127.0.0.1' },
    });
    expect(application.log.text('warn')).toBe('');
    await application.close();
  });

  it('counts for message handlers of a microservice', async () => {
    @Module({
      imports: [AuthModule.forRoot({ ...CONFIG, audit: 'error', guardEveryRoute: true })],
      controllers: [JobsController],
    })
    class JobsModule {}
    const service = await NestFactory.createMicroservice(JobsModule, {
      transport: Transport.TCP,
      options: { port: 0, host: '127.0.0.1' },
      logger: new CapturedLog(),
      abortOnError: false,
    });
    await service.init();
    await service.close();
  });

  it('a replacement of the guard counts as the guard, so that tests start', async () => {
    @Module({
      imports: [AuthModule.forRoot({ ...CONFIG, audit: 'error', guardEveryRoute: true })],
      controllers: [OpenController],
    })
    class AppModule {}
    const testing = await Test.createTestingModule({ imports: [AppModule] })
      .setLogger(new CapturedLog())
      .overrideProvider(JwtAuthGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = testing.createNestApplication();
    await app.init();
    await app.close();
  });
});

@Public()
class OpenBase {
  @Get('inherited')
  inherited(): void {}
}

@UseGuards(JwtAuthGuard)
@Controller('sub')
class SubController extends OpenBase {}

@Injectable()
class OwnWayGuard extends JwtAuthGuard {
  override canActivate(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

@UseGuards(OwnWayGuard)
@Controller('own')
class OwnWayController {
  @Get()
  list(): void {}
}

@Injectable()
class Tools {
  @RequireScopes('admin')
  run(): void {}
}

describe('What is only doubtful is a line in the log, and stops no start', () => {
  it.each(['warn', 'error'] as const)("with audit: '%s'", async (audit) => {
    const application = await startApplication(
      { ...CONFIG, audit },
      { controllers: [SubController, OwnWayController], providers: [Tools] },
    );
    const warnings = application.log.text('warn');
    await application.close();
    expect(warnings).toContain('SubController.inherited (GET /sub/inherited) is protected');
    expect(warnings).toContain('OwnWayGuard extends JwtAuthGuard');
    expect(warnings).toContain('Tools.run demands something of its callers');
  });
});
