import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnModuleInit,
  type Provider,
  Scope,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, LazyModuleLoader } from '@nestjs/core';
import { Field, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import {
  AuthConfigurationError,
  AuthModule,
  type AuthModuleExtras,
  JwtAuthGuard,
  Protected,
  Public,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import request from 'supertest';
import {
  ADAPTERS,
  type AdapterName,
  startApplication,
  type TestApplication,
} from '../support/application.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';

const CONFIG = { issuers: ['https://login.example.com'], audience: 'notes' };

interface Parts extends ModuleMetadata {
  readonly adapter?: AdapterName;
  readonly extras?: AuthModuleExtras;
  readonly configure?: (app: TestApplication['app']) => void;
}

/** The message with which an application does not start. */
async function faultOf({ extras = {}, ...parts }: Parts): Promise<string> {
  try {
    const application = await startApplication(
      { ...CONFIG, ...extras },
      { controllers: [], ...parts },
    );
    await application.close();
  } catch (error) {
    expect(error).toBeInstanceOf(AuthConfigurationError);
    return (error as Error).message;
  }
  throw new Error('the application started');
}

async function starts({ extras = {}, ...parts }: Parts): Promise<void> {
  const application = await startApplication(
    { ...CONFIG, ...extras },
    { controllers: [], ...parts },
  );
  await application.close();
}

@Injectable()
class AccountGuard extends JwtAuthGuard {}

@UseGuards(JwtAuthGuard)
@Controller('notes')
class Notes {
  @RequireScopes('read')
  @Get()
  list(): string {
    return 'in';
  }
}

@UseGuards(JwtAuthGuard)
@Resolver()
class Answers {
  @Query(() => String)
  answer(): string {
    return 'in';
  }
}

/** Lists the class, so that the schema has its queries. */
@Resolver()
class Listed {
  @Query(() => String)
  listed(): string {
    return 'in';
  }
}

describe.each(SERVERS)('A resolver that Nest did not scan, on %s', (server) => {
  it.each<[string, Provider]>([
    ['a factory', { provide: Answers, useFactory: () => new Answers() }],
    ['a value', { provide: Answers, useValue: new Answers() }],
  ])('made by %s stops the start', async (_name, provider) => {
    const starting = startGraphQL(server, CONFIG, {
      resolvers: [Listed],
      providers: [provider],
    });
    await expect(starting).rejects.toThrow('Answers: JwtAuthGuard is written here');
  });
});

describe.each(ADAPTERS)('An application does not start, on %s', (adapter) => {
  it('with a guard that a module puts on a class in its constructor', async () => {
    @Controller('late')
    class Late {
      @Get()
      list(): string {
        return 'in';
      }
    }
    @Module({ controllers: [Late] })
    class LateModule {
      constructor() {
        UseGuards(JwtAuthGuard)(Late);
      }
    }
    expect(await faultOf({ adapter, imports: [LateModule] })).toContain('Late: JwtAuthGuard');
  });

  it('with a global guard that comes after the routes were made', async () => {
    @Module({})
    class LateModule implements OnModuleInit {
      constructor(
        @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
        @Inject(JwtAuthGuard) private readonly guard: JwtAuthGuard,
      ) {}

      onModuleInit(): void {
        this.application.useGlobalGuards(this.guard);
      }
    }
    const fault = await faultOf({ adapter, imports: [LateModule], controllers: [] });
    expect(fault).toContain('useGlobalGuards(JwtAuthGuard)');
  });

  it('with a handler that its constructor binds', async () => {
    @Controller('bound')
    class Bound {
      constructor() {
        // eslint-disable-next-line no-self-assign -- what people write
        this.list = this.list.bind(this);
      }

      @UseGuards(JwtAuthGuard)
      @Get()
      list(): string {
        return 'in';
      }
    }
    const fault = await faultOf({ adapter, controllers: [Bound] });
    expect(fault).toContain('Bound.list: has guards or demands');
    expect(fault).toContain('Remove the assignment');
  });

  it.each([
    ['REQUEST', Scope.REQUEST],
    ['TRANSIENT', Scope.TRANSIENT],
  ])('with an APP_GUARD of scope %s', async (_name, scope) => {
    const providers = [{ provide: APP_GUARD, useClass: AccountGuard, scope }];
    expect(await faultOf({ adapter, providers })).toContain('APP_GUARD AccountGuard');
  });

  it('with an APP_GUARD that asks for something of a request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @Injectable()
    class AskingGuard extends JwtAuthGuard {
      constructor(readonly perRequest: PerRequest) {
        super();
      }
    }
    const providers = [PerRequest, { provide: APP_GUARD, useClass: AskingGuard }];
    // Some versions of Nest say so themselves.
    const starting = startApplication(CONFIG, { adapter, providers, controllers: [] });
    await expect(starting).rejects.toThrow('AskingGuard');
  });

  it.each<[string, Provider]>([
    ['a class', { provide: JwtAuthGuard, useClass: AccountGuard }],
    ['a value', { provide: JwtAuthGuard, useValue: { canActivate: () => true } }],
  ])('with %s in the place of JwtAuthGuard', async (_name, provider) => {
    const fault = await faultOf({ adapter, controllers: [Notes], providers: [provider] });
    expect(fault).toContain('TestModule.providers: has another guard in the place of JwtAuthGuard');
  });

  it.each([
    ['an event', 'EVENT_LISTENER_METADATA'],
    ['a job', 'SCHEDULE_CRON_OPTIONS'],
  ])('with a demand on %s', async (_name, key) => {
    @Injectable()
    class Listener {
      @RequireScopes('admin')
      @SetMetadata(key, [{ event: 'order' }])
      run(): void {}
    }
    expect(await faultOf({ adapter, providers: [Listener] })).toContain('Listener.run: demands');
  });

  it('with @Protected() or a role on a command handler', async () => {
    @SetMetadata('__commandHandler__', { id: 'x' })
    class Handler {
      @RequireRoles('admin')
      execute(): void {}
    }
    @SetMetadata('__queryHandler__', { id: 'y' })
    class Handler2 {
      @Protected()
      execute(): void {}
    }
    const fault = await faultOf({ adapter, providers: [Handler, Handler2] });
    expect(fault).toContain('Handler.execute: demands');
    expect(fault).toContain('Handler2.execute: demands');
  });

  it('with a demand on a method that a decorator made an accessor', async () => {
    const Bound = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
      const { value } = descriptor as { value: unknown };
      return { configurable: true, get: () => value } as never;
    };
    @UseGuards(JwtAuthGuard)
    @Controller('accessor')
    class Accessor {
      @Bound()
      @Get()
      @RequireScopes('admin')
      list(): string {
        return 'in';
      }

      @Get('other')
      other(): string {
        return 'in';
      }
    }
    expect(await faultOf({ adapter, controllers: [Accessor] })).toContain(
      'Accessor.list: has a demand',
    );
  });
});

@ObjectType()
class Thing {
  @Field(() => String)
  name = 'thing';
}

@Resolver(() => Thing)
class Fields {
  @Query(() => Thing)
  thing(): Thing {
    return new Thing();
  }

  @RequireScopes('admin')
  @ResolveField(() => String)
  secret(): string {
    return 'in';
  }
}

describe.each(SERVERS)('A demand on a field, on %s', (server) => {
  it('stops the start where guards are not asked before fields', async () => {
    const starting = startGraphQL(server, CONFIG, {
      resolvers: [Fields],
      graphql: { fieldResolverEnhancers: [] },
    });
    await expect(starting).rejects.toThrow('Fields.secret: has a guard or a demand');
  });

  it('holds where they are', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const application = await startGraphQL(
      server,
      { issuers: [issuer.config()] },
      { resolvers: [Fields], graphql: { fieldResolverEnhancers: ['guards'] } },
    );
    try {
      const refused = await application.query('{ thing { secret } }', issuer.token());
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'auth_required' });
    } finally {
      await application.close();
    }
  });
});

describe('A lazily loaded module', () => {
  it.each([
    ['guardEveryRoute: true', { guardEveryRoute: true }],
    ["audit: 'warn'", { audit: 'warn' as const }],
    ["audit: 'error'", { audit: 'error' as const }],
  ])('with %s does not load', async (name, extras) => {
    @Module({ imports: [AuthModule.forRoot({ ...CONFIG, ...extras })] })
    class LazyModule {}
    const module = await Test.createTestingModule({}).compile();
    const app = await module.createNestApplication({ logger: false }).init();
    const loading = app.get(LazyModuleLoader).load(() => LazyModule);
    await expect(loading).rejects.toThrow(
      `AuthModule: has ${name} in a module that is loaded lazily`,
    );
    await app.close();
  });

  it('without them loads', async () => {
    @Module({ imports: [AuthModule.forRoot(CONFIG)] })
    class LazyModule {}
    const module = await Test.createTestingModule({}).compile();
    const app = await module.createNestApplication({ logger: false }).init();
    await expect(app.get(LazyModuleLoader).load(() => LazyModule)).resolves.toBeDefined();
    await app.close();
  });
});

describe.each(ADAPTERS)('A handler that is replaced for each request, on %s', (adapter) => {
  it('is refused', async () => {
    @Controller({ path: 'bound', scope: Scope.REQUEST })
    class Bound {
      constructor() {
        this.list = this.list.bind(this);
      }

      @UseGuards(JwtAuthGuard)
      @Get()
      list(): string {
        return 'in';
      }

      @UseGuards(JwtAuthGuard)
      @Get('method')
      method(): string {
        return 'in';
      }
    }
    const issuer = await createTestIssuer({ listen: false });
    const config = { issuers: [issuer.config()] };
    const application = await startApplication(config, { adapter, controllers: [Bound] });
    try {
      expect((await application.get('/bound')).status).toBe(401);
      expect((await application.get('/bound', issuer.token())).status).toBe(401);
      expect((await application.get('/bound/method')).status).toBe(401);
      expect((await application.get('/bound/method', issuer.token())).status).toBe(200);
      expect(application.log.text('error')).toContain('Bound');
    } finally {
      await application.close();
    }
  });
});

/** An API key or a token. */
@Injectable()
class EitherGuard implements CanActivate {
  constructor(@Inject(JwtAuthGuard) private readonly jwt: JwtAuthGuard) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { headers } = context
      .switchToHttp()
      .getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['x-api-key'] === 'good' || this.jwt.canActivate(context);
  }
}

describe.each(ADAPTERS)('An application goes on starting, on %s', (adapter) => {
  @RequireScopes('read')
  abstract class Base {
    @Get()
    list(): string {
      return 'in';
    }
  }
  @UseGuards(JwtAuthGuard)
  @Controller('sub')
  class Sub extends Base {}

  @UseGuards(JwtAuthGuard)
  @Controller({ path: 'request', scope: Scope.REQUEST })
  class PerRequest {
    @Public()
    @Get()
    list(): string {
      return 'in';
    }
  }

  class Unregistered {
    @RequireScopes('admin')
    run(): void {}
  }

  it.each<[string, Parts]>([
    [
      'with useExisting: JwtAuthGuard',
      { providers: [{ provide: APP_GUARD, useExisting: JwtAuthGuard }] },
    ],
    [
      'with an APP_GUARD that extends it',
      { providers: [{ provide: APP_GUARD, useClass: AccountGuard }] },
    ],
    ['with a request-scoped controller', { controllers: [PerRequest] }],
    ['with an abstract base that demands', { controllers: [Sub] }],
    [
      'with a class provided twice',
      { controllers: [Notes], providers: [{ provide: 'N', useClass: Notes }] },
    ],
    [
      'with useGlobalGuards in main.ts',
      { configure: (app) => void app.useGlobalGuards(app.get(JwtAuthGuard)) },
    ],
  ])('%s', async (_name, parts) => {
    expect(Unregistered).toBeDefined();
    await starts({ adapter, ...parts });
  });

  it('with an API key or a token', async () => {
    @UseGuards(EitherGuard)
    @Controller('either')
    class Either {
      @Get()
      list(): string {
        return 'in';
      }
    }
    const issuer = await createTestIssuer({ listen: false });
    const config = { issuers: [issuer.config()] };
    const application = await startApplication(config, { adapter, controllers: [Either] });
    try {
      const keyed = await application.call('/either', { headers: [['x-api-key', 'good']] });
      expect(keyed.status).toBe(200);
      expect((await application.get('/either')).status).toBe(401);
      expect((await application.get('/either', issuer.token())).status).toBe(200);
    } finally {
      await application.close();
    }
  });
});

describe('What @nestjs/testing replaces', () => {
  it('overrideProvider(JwtAuthGuard) under guardEveryRoute', async () => {
    const module = await Test.createTestingModule({
      imports: [AuthModule.forRoot({ ...CONFIG, guardEveryRoute: true })],
      controllers: [Notes],
    })
      .overrideProvider(JwtAuthGuard)
      .useValue({ canActivate: () => true })
      .overrideGuard(AccountGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = await module.createNestApplication({ logger: false }).init();
    // Its own guard and demand are still there.
    expect((await request(app.getHttpServer() as never).get('/notes')).status).toBe(401);
    await app.close();
  });

  it('overrideGuard of a subclass', async () => {
    @UseGuards(AccountGuard)
    @Controller('account')
    class Account {
      @MessagePattern('x')
      @Get()
      list(): string {
        return 'in';
      }
    }
    const module = await Test.createTestingModule({
      imports: [AuthModule.forRoot(CONFIG)],
      controllers: [Account],
    })
      .overrideGuard(AccountGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = await module.createNestApplication({ logger: false }).init();
    expect((await request(app.getHttpServer() as never).get('/account')).status).toBe(200);
    await app.close();
  });
});
