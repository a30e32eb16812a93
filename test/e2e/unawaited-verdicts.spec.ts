import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthModule, JwtAuthGuard, RequireScopes } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import request from 'supertest';
import { ADAPTERS, startApplication } from '../support/application.js';
import { gatewayParts } from '../support/gateway-parts.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { LenientGuard } from '../support/lenient.guard.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { bearer, SOCKET_KINDS } from '../support/sockets.js';

/** What compiles without strict settings: a promise is as good as `true`. */
@Injectable()
class ForgetfulGuard extends JwtAuthGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    const verdict: unknown = super.canActivate(context);
    return (verdict && true) as never;
  }
}

@Injectable()
class ChainDroppingGuard extends JwtAuthGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    void super.canActivate(context).then(() => 'noted');
    return true as never;
  }
}

@Injectable()
class FinallyDroppingGuard extends JwtAuthGuard {
  override canActivate(context: ExecutionContext): Promise<boolean> {
    void super.canActivate(context).finally(() => undefined);
    return true as never;
  }
}

/** Holds a guard and forgets to wait for it. */
@Injectable()
class HoldingGuard implements CanActivate {
  constructor(@Inject(JwtAuthGuard) private readonly jwt: JwtAuthGuard) {}

  canActivate(context: ExecutionContext): boolean {
    return Boolean(this.jwt.canActivate(context));
  }
}

/** Asks about the call in a context of its own making, and forgets to wait for the answer. */
@Injectable()
class RewrappingGuard implements CanActivate {
  constructor(@Inject(JwtAuthGuard) private readonly jwt: JwtAuthGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const own = new ExecutionContextHost(
      context.getArgs(),
      context.getClass(),
      context.getHandler(),
    );
    own.setType(context.getType());
    return Boolean(this.jwt.canActivate(own));
  }
}

/** Decides for itself. */
@Injectable()
class OwnGuard extends JwtAuthGuard {
  override canActivate(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

const FORGETFUL = [
  ForgetfulGuard,
  ChainDroppingGuard,
  FinallyDroppingGuard,
  HoldingGuard,
  RewrappingGuard,
];

function controllerWith(...guards: Type<CanActivate>[]): Type {
  @UseGuards(...guards)
  @Controller('held')
  class HeldController {
    @Get()
    list(): string {
      return 'in';
    }

    @RequireScopes('admin')
    @Get('admin')
    admin(): string {
      return 'in';
    }
  }
  return HeldController;
}

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await createTestIssuer({ listen: false });
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  await issuer.close();
});

describe.each(ADAPTERS)('On %s', (adapter) => {
  const start = (guard: Type<CanActivate>, options = {}) =>
    startApplication(
      { issuers: [issuer.config()], ...options },
      { adapter, controllers: [controllerWith(guard)] },
    );

  it.each(FORGETFUL.map((guard) => [guard.name, guard] as const))(
    '%s: the refusal that it forgot is the answer',
    async (_name, guard) => {
      const application = await start(guard, { isRevoked: async () => Promise.resolve(true) });
      try {
        expect(await application.get('/held')).toMatchObject({
          status: 401,
          json: { code: 'auth_required' },
        });
        expect(await application.get('/held', issuer.tamperedToken())).toMatchObject({
          status: 401,
          json: { code: 'signature_invalid' },
        });
        // Known only after a while.
        expect(await application.get('/held', issuer.token())).toMatchObject({
          status: 401,
          json: { code: 'token_revoked' },
        });
      } finally {
        await application.close();
      }
    },
  );

  it.each(FORGETFUL.map((guard) => [guard.name, guard] as const))(
    '%s: a good token is let in, and demands hold',
    async (_name, guard) => {
      const application = await start(guard, { isRevoked: async () => Promise.resolve(false) });
      try {
        expect((await application.get('/held', issuer.token())).status).toBe(200);
        expect((await application.get('/held/admin', issuer.token())).status).toBe(403);
        const admin = issuer.token({ scopes: ['admin'] });
        expect((await application.get('/held/admin', admin)).status).toBe(200);
      } finally {
        await application.close();
      }
    },
  );

  it('a refusal that a guard caught is its decision: the call goes on without an identity', async () => {
    const application = await start(LenientGuard);
    try {
      expect((await application.get('/held')).status).toBe(200);
      expect((await application.get('/held', issuer.tamperedToken())).status).toBe(200);
      expect((await application.get('/held/admin', issuer.tamperedToken())).status).toBe(401);
      expect((await application.get('/held/admin', issuer.token())).status).toBe(403);
      const admin = issuer.token({ scopes: ['admin'] });
      expect((await application.get('/held/admin', admin)).status).toBe(200);
      expect(application.log.text('debug')).toContain('caught a refusal');
    } finally {
      await application.close();
    }
  });

  it('a refusal that one guard forgot is the answer, though the next one caught its own', async () => {
    const application = await startApplication(
      { issuers: [issuer.config()] },
      { adapter, controllers: [controllerWith(ForgetfulGuard, LenientGuard)] },
    );
    try {
      expect((await application.get('/held', issuer.tamperedToken())).json).toMatchObject({
        code: 'signature_invalid',
      });
      expect((await application.get('/held', issuer.token())).status).toBe(200);
    } finally {
      await application.close();
    }
  });

  it('a subclass that answers without super decides for itself, and demands hold', async () => {
    const application = await start(OwnGuard);
    try {
      expect((await application.get('/held')).status).toBe(200);
      expect((await application.get('/held/admin')).status).toBe(401);
    } finally {
      await application.close();
    }
  });
});

describe('A guard that a test replaces', () => {
  it('decides without an identity, and demands still refuse', async () => {
    const module = await Test.createTestingModule({
      imports: [AuthModule.forRoot({ issuers: [issuer.config()] })],
      controllers: [controllerWith(JwtAuthGuard)],
    })
      .overrideGuard(JwtAuthGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = await module.createNestApplication({ logger: false }).init();
    try {
      const server = app.getHttpServer() as never;
      expect((await request(server).get('/held')).status).toBe(200);
      expect((await request(server).get('/held/admin')).status).toBe(401);
    } finally {
      await app.close();
    }
  });
});

@Resolver()
class HeldResolver {
  @UseGuards(ForgetfulGuard)
  @Query(() => String, { nullable: true })
  held(): string {
    return 'in';
  }

  @UseGuards(LenientGuard)
  @Query(() => String, { nullable: true })
  open(): string {
    return 'in';
  }
}

describe.each(SERVERS)('On %s', (server) => {
  it('a forgotten refusal is the answer', async () => {
    const config = { issuers: [issuer.config()] };
    const application = await startGraphQL(server, config, { resolvers: [HeldResolver] });
    try {
      const refused = await application.query('{ held }', issuer.tamperedToken());
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'signature_invalid' });
      expect((await application.query('{ held }', issuer.token())).data).toEqual({ held: 'in' });
    } finally {
      await application.close();
    }
  });

  it('a refusal that the guard of one field forgot is no answer to another field', async () => {
    const config = { issuers: [issuer.config()] };
    const application = await startGraphQL(server, config, { resolvers: [HeldResolver] });
    try {
      const answer = await application.query('{ open held }', issuer.tamperedToken());
      expect(answer.data).toEqual({ open: 'in', held: null });
      expect(answer.errors?.map(({ path }) => path)).toEqual([['held']]);
    } finally {
      await application.close();
    }
  });

  it('the token of a query is looked at once, however many fields ask', async () => {
    let asked = 0;
    const config = {
      issuers: [issuer.config()],
      isRevoked: async () => Promise.resolve(asked++ > 1e6),
    };
    const application = await startGraphQL(server, config, { resolvers: [HeldResolver] });
    try {
      const fields = Array.from({ length: 50 }, (_none, index) => `f${index}: held`).join(' ');
      const answer = await application.query(`{ ${fields} }`, issuer.token());
      expect(answer.data).toMatchObject({ f0: 'in', f49: 'in' });
      expect(asked).toBe(1);
      await application.query('{ held }', issuer.token());
      expect(asked).toBe(2);
    } finally {
      await application.close();
    }
  });
});

it('Every guard of a request shares one look at its token', async () => {
  let asked = 0;
  const events: string[] = [];
  const config = {
    issuers: [issuer.config()],
    guardEveryRoute: true,
    isRevoked: async () => Promise.resolve(asked++ > 1e6),
    observer: { authenticated: () => void events.push('authenticated') },
  };
  const application = await startApplication(config, {
    controllers: [controllerWith(JwtAuthGuard)],
  });
  try {
    expect((await application.get('/held', issuer.token())).status).toBe(200);
    expect(asked).toBe(1);
    expect(events).toEqual(['authenticated']);
  } finally {
    await application.close();
  }
});

@UseGuards(ForgetfulGuard)
@Controller()
class HeldMessages {
  @MessagePattern('held')
  held(): string {
    return 'in';
  }
}

it('A forgotten refusal is the answer to a message', async () => {
  const { service, close } = await startMicroservice({
    config: { issuers: [issuer.config()] },
    controllers: [HeldMessages],
  });
  const client = tcpClientOf(service);
  const send = (token: string): Promise<unknown> =>
    answerOf(client.send('held', { authorization: `Bearer ${token}` }));
  try {
    expect(await send(issuer.tamperedToken())).toMatchObject({
      refused: { code: 'signature_invalid' },
    });
    expect(await send(issuer.token())).toBe('in');
  } finally {
    await client.close();
    await close();
  }
});

@AuthenticatedGateway()
@UseGuards(ForgetfulGuard)
@WebSocketGateway()
class HeldGateway {
  @SubscribeMessage('held')
  held(): object {
    return { event: 'held', data: 'in' };
  }
}

describe.each(SOCKET_KINDS)('For sockets of %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it('a refusal that is forgotten on a message is the answer', async () => {
    const own = await startIssuer();
    let revoked = false;
    const config = { issuers: [own.config()], isRevoked: async () => Promise.resolve(revoked) };
    const { join } = await start(kind, config, HeldGateway);
    const socket = await join(bearer(own.token()));
    expect(await socket.ask('held')).toBe('in');
    revoked = true;
    socket.send('held');
    expect(await socket.next('exception')).toMatchObject({ code: 'token_revoked' });
  });
});
