import 'reflect-metadata';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type INestApplication,
  Injectable,
  Logger,
  Module,
  type Provider,
  Scope,
  type Type,
  UnauthorizedException,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import {
  AuthModule,
  type AuthModuleExtras,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Protected,
  Public,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway, identityOf } from 'nestjs-trusted-issuers/websockets';
import assert from 'node:assert/strict';
import type { AddressInfo, Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { firstValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

type Kind = 'socket.io' | 'ws';
const KINDS: readonly Kind[] = ['socket.io', 'ws'];

const caught: unknown[] = [];

/** The class that Nest's own gateways know refusals by. */
@Catch(WsException, RpcException)
class CountingFilter implements ExceptionFilter {
  catch(exception: WsException | RpcException, _host: ArgumentsHost) {
    caught.push(exception.getError());
  }
}

@AuthenticatedGateway()
@WebSocketGateway()
class ChatGateway {
  handleConnection(client: { emit(event: string, data: unknown): void; send(text: string): void }) {
    const data = `for ${identityOf(client)?.subject}`;
    if ('readyState' in client) client.send(JSON.stringify({ event: 'news', data }));
    else client.emit('news', data);
  }

  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() { subject }: Identity) {
    return { event: 'whoami', data: subject };
  }
}

/** A field hides what the decorator put on the class. */
@AuthenticatedGateway()
@WebSocketGateway()
class FieldGateway {
  handled = 0;

  handleConnection = (client: object): void => {
    this.handled += identityOf(client) ? 1 : 100;
  };

  @Public()
  @SubscribeMessage('look')
  look(): void {
    this.handled += 100;
  }
}

@Public()
@AuthenticatedGateway()
@WebSocketGateway()
class OpenDoorGateway {
  @Protected()
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() { subject }: Identity) {
    return { event: 'whoami', data: subject };
  }

  @SubscribeMessage('own')
  own() {
    throw new UnauthorizedException('Not on Sundays');
  }

  @Protected()
  @UseFilters(CountingFilter)
  @SubscribeMessage('counted')
  counted() {}
}

@WebSocketGateway()
class UnguardedGateway {
  @Public()
  handleConnection() {}

  @SubscribeMessage('open')
  open() {
    return { event: 'open', data: 'anybody' };
  }
}

@Controller()
class JobsController {
  static readonly done: string[] = [];

  @UseGuards(JwtAuthGuard)
  @MessagePattern('whoami')
  whoami(@CurrentIdentity() { subject }: Identity) {
    return subject;
  }

  @UseGuards(JwtAuthGuard)
  @EventPattern('done')
  done(@CurrentIdentity() { subject }: Identity) {
    JobsController.done.push(subject);
  }

  @MessagePattern('open')
  open() {
    return 'anybody';
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientGuard extends JwtAuthGuard {}

@Injectable({ scope: Scope.REQUEST })
class RequestGuard extends JwtAuthGuard {}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class ScopedGuardsGateway {
  @UseGuards(TransientGuard)
  @SubscribeMessage('transient')
  transient() {
    return { event: 'open', data: 'anybody' };
  }

  @UseGuards(RequestGuard)
  @SubscribeMessage('request')
  request() {
    return { event: 'open', data: 'anybody' };
  }
}

const WAYS: readonly (readonly [
  string,
  AuthModuleExtras,
  Provider[],
  (app: INestApplication) => void,
])[] = [
  ['guardEveryRoute', { guardEveryRoute: true }, [], () => undefined],
  ['APP_GUARD', {}, [{ provide: APP_GUARD, useExisting: JwtAuthGuard }], () => undefined],
  ['useGlobalGuards', {}, [], (app) => void app.useGlobalGuards(app.get(JwtAuthGuard))],
];

let issuer: TestIssuer;
before(async () => {
  issuer = await createTestIssuer();
});
after(() => issuer.close());

function appModule(extras: AuthModuleExtras, providers: Provider[]): Type {
  @Module({
    imports: [
      AuthModule.forRoot({
        issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }],
        ...extras,
      }),
    ],
    controllers: [JobsController],
    providers,
  })
  class AppModule {}
  return AppModule;
}

async function startGateway(
  kind: Kind,
  providers: Provider[],
  extras: AuthModuleExtras = {},
  configure: (app: INestApplication) => void = () => undefined,
) {
  const app = await NestFactory.create(appModule(extras, providers), { logger: false });
  if (kind === 'ws') app.useWebSocketAdapter(new WsAdapter(app));
  configure(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, join: (token?: string) => connect(kind, `http://127.0.0.1:${port}`, token) };
}

/** A client that keeps what it hears, until it is asked for. */
async function connect(kind: Kind, url: string, token: string | undefined) {
  const heard: { event: string; data: unknown }[] = [];
  let wake = () => {};
  const hear = (event: string, data: unknown) => {
    heard.push({ event, data });
    wake();
  };
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  let send: (event: string) => void;
  let close: () => void;
  if (kind === 'ws') {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket.on('message', (text) => {
      const { event, data } = JSON.parse(String(text));
      hear(event, data);
    });
    socket.on('close', (code, reason) => hear('closed', `${code} ${reason}`));
    await new Promise((resolve) => socket.once('open', resolve));
    send = (event) => socket.send(JSON.stringify({ event }));
    close = () => socket.close();
  } else {
    const socket = io(url, {
      extraHeaders: headers,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    socket.onAny(hear);
    socket.on('disconnect', (reason) => hear('closed', reason));
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: unknown }) => {
        hear('exception', error.data);
        hear('closed', 'connect_error');
        resolve();
      });
    });
    send = (event) => void socket.emit(event);
    close = () => void socket.disconnect();
  }
  const next = async (event: string): Promise<unknown> => {
    for (;;) {
      const index = heard.findIndex((one) => one.event === event);
      if (index >= 0) return heard.splice(index, 1)[0]?.data;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const ask = (event: string, answer = event) => {
    send(event);
    return next(answer);
  };
  return { next, ask, send, close };
}

function refusalIn(heard: unknown) {
  return heard as { code?: string; status?: number; message?: string };
}

const REFUSED = {
  'socket.io': () => 'connect_error',
  ws: (code: string) => `4401 ${code}`,
} as const;
const CLOSED = {
  'socket.io': () => 'io server disconnect',
  ws: (code: string) => `4401 ${code}`,
} as const;

for (const kind of KINDS) {
  describe(`Nest 11, gateways on ${kind}`, { timeout: 30_000 }, () => {
    it('connections and messages are judged; refusals are told, expired sockets closed', async () => {
      const { app, join } = await startGateway(kind, [ChatGateway]);
      const alice = await join(issuer.token({ subject: 'alice' }));
      assert.equal(await alice.next('news'), 'for alice');
      assert.equal(await alice.ask('whoami'), 'alice');
      const stranger = await join();
      assert.equal(refusalIn(await stranger.next('exception')).code, 'auth_required');
      assert.equal(await stranger.next('closed'), REFUSED[kind]('auth_required'));
      const short = await join(issuer.token({ expiresInSeconds: 3 }));
      assert.equal(refusalIn(await short.next('exception')).code, 'token_expired');
      assert.equal(await short.next('closed'), CLOSED[kind]('token_expired'));
      alice.close();
      await app.close();
    });

    it('a field is checked like a method, and no message of who is turned away is handled', async () => {
      const { app, join } = await startGateway(kind, [FieldGateway]);
      const stranger = await join();
      stranger.send('look');
      assert.equal(await stranger.next('closed'), REFUSED[kind]('auth_required'));
      const alice = await join(issuer.token());
      while (app.get(FieldGateway).handled === 0) await new Promise(setImmediate);
      assert.equal(app.get(FieldGateway).handled, 1);
      alice.close();
      await app.close();
    });

    it('the client hears of refusals by message, and of the application’s own', async () => {
      const { app, join } = await startGateway(kind, [OpenDoorGateway]);
      const stranger = await join();
      const { code, status } = refusalIn(await stranger.ask('whoami', 'exception'));
      assert.deepEqual({ code, status }, { code: 'auth_required', status: 401 });
      const own = refusalIn(await stranger.ask('own', 'exception'));
      assert.equal(own.message, 'Not on Sundays');
      stranger.send('counted');
      while (caught.length === 0) await new Promise(setImmediate);
      assert.equal(refusalIn(caught.pop()).code, 'auth_required');
      stranger.close();
      await app.close();
    });

    it('a guard that Nest does not make for messages lets nobody in, and the log says why', async () => {
      const errors: string[] = [];
      const logger = { log() {}, warn() {}, error: (text: unknown) => void errors.push(`${text}`) };
      const { app, join } = await startGateway(kind, [ScopedGuardsGateway], {}, () =>
        Logger.overrideLogger(logger),
      );
      const alice = await join(issuer.token());
      alice.send('transient');
      while (errors.length < 1) await new Promise(setImmediate);
      alice.send('request');
      while (errors.length < 2) await new Promise(setImmediate);
      assert.match(errors[0] ?? '', /TransientGuard: nothing was injected/);
      assert.match(errors[1] ?? '', /RequestGuard: nothing was injected[\s\S]*default scope/);
      Logger.overrideLogger(false);
      alice.close();
      await app.close();
    });

    for (const [way, extras, providers, configure] of WAYS)
      it(`a guard for the whole application does not reach them, by ${way}; the decorator does`, async () => {
        const gateways = [ChatGateway, UnguardedGateway, ...providers];
        const { app, join } = await startGateway(kind, gateways.slice(1), extras, configure);
        const stranger = await join();
        assert.equal(await stranger.ask('open'), 'anybody');
        stranger.close();
        await app.close();
        const guarded = await startGateway(kind, gateways, extras, configure);
        const refused = await guarded.join();
        assert.equal(await refused.next('closed'), REFUSED[kind]('auth_required'));
        await guarded.app.close();
      });
  });
}

describe('Nest 11, the audit', () => {
  it('knows that a guard for the whole application does not reach gateways', async () => {
    const config = { audit: 'error' as const, issuers: [issuer.config()], guardEveryRoute: true };
    const starting = (gateway: Type) => {
      @Module({ imports: [AuthModule.forRoot(config)], providers: [gateway] })
      class AppModule {}
      return NestFactory.create(AppModule, { logger: false, abortOnError: false });
    };
    const open = await starting(UnguardedGateway);
    await assert.rejects(open.init(), /UnguardedGateway\.open/);
    const guarded = await starting(ChatGateway);
    await guarded.init();
    await guarded.close();
  });

  for (const [way, extras, providers, configure] of WAYS)
    it(`says so without being asked, where every route was to be guarded by ${way}`, async () => {
      const warnings: string[] = [];
      const logger = { log() {}, error() {}, warn: (text: string) => void warnings.push(text) };
      const module = appModule(extras, [UnguardedGateway, ChatGateway, ...providers]);
      const app = await NestFactory.create(module, { logger });
      configure(app);
      await app.init();
      await app.close();
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /^1 handler is not guarded[\s\S]*UnguardedGateway\.open/);
    });
});

describe('Nest 11, microservices', { timeout: 30_000 }, () => {
  const TCP: MicroserviceOptions = {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: 0 },
  };

  async function clientOf(service: { unwrap<T>(): T }) {
    const { port } = service.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    const send = (pattern: string, data: object): Promise<unknown> =>
      firstValueFrom(client.send(pattern, data)).catch((refused: unknown) => ({ refused }));
    return { client, send };
  }

  it('messages are judged, events dropped, refusals have the documented body', async () => {
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(appModule({}, []), {
      ...TCP,
      logger: false,
    });
    await service.listen();
    const { client, send } = await clientOf(service);
    const authorization = `Bearer ${issuer.token({ subject: 'alice' })}`;
    assert.equal(await send('whoami', { authorization }), 'alice');
    assert.deepEqual(await send('whoami', {}), {
      refused: {
        status: 401,
        error: 'Unauthorized',
        message: 'Authentication required',
        code: 'auth_required',
        authenticateHint: 'Bearer realm="api"',
      },
    });
    client.emit('done', { authorization: `Bearer ${issuer.expiredToken()}` });
    client.emit('done', { authorization });
    while (JobsController.done.length === 0) await send('open', {});
    assert.deepEqual(JobsController.done, ['alice']);
    client.close();
    await service.close();
  });

  for (const [way, extras, providers, configure] of WAYS)
    it(`beside HTTP, a guard for the whole application reaches them if they inherit it, by ${way}`, async () => {
      for (const inheritAppConfig of [true, false]) {
        const app = await NestFactory.create(appModule(extras, providers), { logger: false });
        configure(app);
        const service = app.connectMicroservice<MicroserviceOptions>(TCP, { inheritAppConfig });
        await app.startAllMicroservices();
        const { client, send } = await clientOf(service);
        const answer = await send('open', {});
        if (inheritAppConfig)
          assert.equal(refusalIn((answer as { refused?: unknown }).refused).code, 'auth_required');
        else assert.equal(answer, 'anybody');
        client.close();
        await app.close();
      }
    });
});
