import { afterEach, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayInit,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { OptionalAuth, Public } from 'nestjs-trusted-issuers';
import { AuthenticatedGateway, identityOf } from 'nestjs-trusted-issuers/websockets';
import { setTimeout as wait } from 'node:timers/promises';
import type { Namespace, Server } from 'socket.io';
import { io, type Socket as Client } from 'socket.io-client';
import { gatewayParts, WhoAmI } from '../support/gateway-parts.js';

/** Notes who has connected, and can tell everybody something. */
class Speaker extends WhoAmI implements OnGatewayConnection {
  readonly connected: (string | undefined)[] = [];

  @WebSocketServer()
  readonly server!: Server | Namespace;

  handleConnection(client: object): void {
    this.connected.push(identityOf(client)?.subject);
  }
}

@AuthenticatedGateway()
@WebSocketGateway()
class RootGateway extends Speaker {}

@AuthenticatedGateway()
@WebSocketGateway({ namespace: 'room-7' })
class RoomGateway extends Speaker {}

@AuthenticatedGateway()
@WebSocketGateway({ namespace: /^\/room-\d$/ })
class RoomsGateway extends Speaker {}

@WebSocketGateway({ namespace: 'room-7' })
class DerivedGateway extends RoomGateway implements OnGatewayInit {
  initialised: unknown;

  afterInit(server: unknown): void {
    this.initialised = server;
  }
}

@AuthenticatedGateway()
@WebSocketGateway({ namespace: 'room-7' })
class FieldsGateway extends WhoAmI {
  readonly connected: (string | undefined)[] = [];
  readonly judged: (string | undefined)[] = [];

  @WebSocketServer()
  readonly server!: Server | Namespace;

  handleConnection = (client: object): void => {
    this.connected.push(identityOf(client)?.subject);
  };

  /** Its own middlewares come behind ours. */
  afterInit = (server: Namespace): void => {
    server.use((socket, next) => {
      this.judged.push(identityOf(socket)?.subject);
      next();
    });
  };
}

const GATEWAYS: readonly (readonly [string, Type<Speaker>, string])[] = [
  ['the server', RootGateway, '/'],
  ['a namespace', RoomGateway, '/room-7'],
  ['a dynamic namespace', RoomsGateway, '/room-7'],
  ['a subclass with an afterInit of its own', DerivedGateway, '/room-7'],
  ['fields in place of methods', FieldsGateway, '/room-7'],
];

/** A key server, or a list of revoked tokens, that answers when the test wants. */
class SlowAnswer {
  asked = 0;
  private readonly waiting: ((revoked: boolean) => void)[] = [];

  readonly isRevoked = (): Promise<boolean> => {
    this.asked++;
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  };

  async answer(revoked: boolean): Promise<void> {
    while (this.waiting.length === 0) await new Promise(setImmediate);
    for (const resolve of this.waiting.splice(0)) resolve(revoked);
  }
}

describe('A socket of socket.io that is being checked', () => {
  const { issuer: startIssuer, start } = gatewayParts();
  const clients: Client[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  function connect(
    url: string,
    namespace: string,
    token: string,
  ): { client: Client; heard: string[] } {
    const client = io(url + namespace, {
      ...{ auth: { token }, transports: ['websocket'], reconnection: false, forceNew: true },
    });
    clients.push(client);
    const heard: string[] = [];
    client.on('connect', () => heard.push('connect'));
    client.on('connect_error', (error: Error & { data?: { code?: string } }) =>
      heard.push(`connect_error ${error.data?.code}`),
    );
    client.onAny((event: string) => heard.push(event));
    return { client, heard };
  }

  /** Tells everybody, for as long as a message takes to arrive many times over. */
  async function speak(gateway: Speaker, namespace: string): Promise<void> {
    // A dynamic namespace comes into being with its first client.
    const server = gateway.server as Namespace & { server?: Server };
    const target = namespace === '/' ? server : (server.server ?? server).of(namespace);
    for (let said = 0; said < 20; said++) {
      target.emit('news', said);
      await wait(5);
    }
  }

  it.each(GATEWAYS)(
    'hears nothing of %s, and what was meant for all when it is let in',
    async (_name, type, namespace) => {
      const issuer = await startIssuer();
      const slow = new SlowAnswer();
      const config = { issuers: [issuer.config()], isRevoked: slow.isRevoked };
      const { url, app } = await start('socket.io', config, type);
      const gateway = app.get(type);

      const mallory = connect(url, namespace, issuer.token({ subject: 'mallory' }));
      while (slow.asked === 0) await new Promise(setImmediate);
      await speak(gateway, namespace);
      expect(mallory.heard).toEqual([]);
      await slow.answer(true);
      while (mallory.heard.length === 0) await new Promise(setImmediate);
      await speak(gateway, namespace);
      expect(mallory.heard).toEqual(['connect_error token_revoked']);
      expect(gateway.connected).toEqual([]);

      slow.asked = 0;
      const alice = connect(url, namespace, issuer.token({ subject: 'alice' }));
      while (slow.asked === 0) await new Promise(setImmediate);
      await speak(gateway, namespace);
      await slow.answer(false);
      while (alice.heard.length === 0) await new Promise(setImmediate);
      await speak(gateway, namespace);
      expect(alice.heard.slice(0, 2)).toEqual(['connect', 'news']);
      expect(gateway.connected).toEqual(['alice']);
      // The middleware and handleConnection are one judgement.
      expect(slow.asked).toBe(1);
    },
  );

  it('and goes away meanwhile never reaches handleConnection', async () => {
    const issuer = await startIssuer();
    const slow = new SlowAnswer();
    const config = { issuers: [issuer.config()], isRevoked: slow.isRevoked };
    const { url, app } = await start('socket.io', config, RootGateway);
    const gone = connect(url, '/', issuer.token({ subject: 'gone' }));
    while (slow.asked < 1) await new Promise(setImmediate);
    gone.client.disconnect();
    await wait(50);
    const bob = connect(url, '/', issuer.token({ subject: 'bob' }));
    while (slow.asked < 2) await new Promise(setImmediate);
    await slow.answer(false);
    while (bob.heard.length === 0) await new Promise(setImmediate);
    expect(app.get(RootGateway).connected).toEqual(['bob']);
  });

  it('calls an afterInit of the gateway’s own, with its middlewares behind ours', async () => {
    const issuer = await startIssuer();
    const config = { issuers: [issuer.config()] };
    const derived = await start('socket.io', config, DerivedGateway);
    const gateway = derived.app.get(DerivedGateway);
    expect(gateway.initialised).toBe(gateway.server);
    const { app, url } = await start('socket.io', config, FieldsGateway);
    const alice = connect(url, '/room-7', issuer.token({ subject: 'alice' }));
    while (alice.heard.length === 0) await new Promise(setImmediate);
    expect(app.get(FieldsGateway).judged).toEqual(['alice']);
  });

  it('is checked against the access mode and demands of the connection', async () => {
    @Public()
    @AuthenticatedGateway()
    @WebSocketGateway({ namespace: 'public' })
    class PublicGateway extends Speaker {}

    @AuthenticatedGateway()
    @WebSocketGateway({ namespace: 'optional' })
    class OptionalGateway extends Speaker {
      @OptionalAuth()
      override handleConnection(client: object): void {
        super.handleConnection(client);
      }
    }

    const issuer = await startIssuer();
    const { url, app } = await start('socket.io', { issuers: [issuer.config()] }, PublicGateway, [
      OptionalGateway,
    ]);
    const expired = issuer.expiredToken();
    const heard = async (namespace: string, token: string): Promise<string | undefined> => {
      const socket = connect(url, namespace, token);
      while (socket.heard.length === 0) await new Promise(setImmediate);
      return socket.heard[0];
    };
    expect(await heard('/public', expired)).toBe('connect');
    expect(await heard('/optional', expired)).toBe('connect_error token_expired');
    expect(await heard('/optional', issuer.token({ subject: 'alice' }))).toBe('connect');
    expect(app.get(OptionalGateway).connected).toEqual(['alice']);
  });
});
