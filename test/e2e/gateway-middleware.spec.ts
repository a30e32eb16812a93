import { describe, expect, it } from '@jest/globals';
import { Injectable, type Type } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayInit,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import {
  AuthenticatedGateway,
  identityOf,
  SocketAuthenticator,
  type SocketMiddleware,
} from 'nestjs-trusted-issuers/websockets';
import { Manager, type Socket as Client } from 'socket.io-client';
import type { Namespace } from 'socket.io';
import { gatewayParts, push, type Sender } from '../support/gateway-parts.js';
import { startApplication } from '../support/application.js';
import { bearer, connect } from '../support/sockets.js';
import { unauthorizedBody } from '../support/unauthorized.js';

@Injectable()
@WebSocketGateway()
class MiddlewareGateway implements OnGatewayInit, OnGatewayConnection {
  connections = 0;

  constructor(private readonly sockets: SocketAuthenticator) {}

  afterInit(server: { use(middleware: SocketMiddleware): void }): void {
    server.use(this.sockets.middleware({ recheckSeconds: 1 }));
  }

  handleConnection(client: Sender): void {
    this.connections++;
    push(client, 'news', `for ${identityOf(client)?.subject}`);
  }
}

/** Its own middleware takes its time, behind ours. */
@Injectable()
@WebSocketGateway()
class SlowMiddlewareGateway implements OnGatewayInit {
  letOn = (): void => undefined;
  private reach = (): void => undefined;
  readonly reached = new Promise<void>((resolve) => {
    this.reach = resolve;
  });

  constructor(private readonly sockets: SocketAuthenticator) {}

  afterInit(server: { use(middleware: SocketMiddleware): void }): void {
    server.use(this.sockets.middleware());
    server.use(async (_socket, next) => {
      await new Promise<void>((resolve) => {
        this.letOn = resolve;
        this.reach();
      });
      next();
    });
  }
}

/** Its own middleware takes its time, behind that of the decorator. */
@AuthenticatedGateway()
@WebSocketGateway()
class SlowGateway implements OnGatewayInit, OnGatewayConnection {
  readonly connected: (string | undefined)[] = [];
  hold = (): void => undefined;
  letOn = (): void => undefined;
  readonly isHeld = new Promise<void>((resolve) => (this.hold = resolve));
  private readonly mayGoOn = new Promise<void>((resolve) => (this.letOn = resolve));

  afterInit(server: Namespace): void {
    server.use(async (_socket, next) => {
      this.hold();
      await this.mayGoOn;
      next();
    });
  }

  handleConnection(client: object): void {
    this.connected.push(identityOf(client)?.subject);
  }
}

@Injectable()
@WebSocketGateway({ namespace: 'feed' })
class FeedGateway implements OnGatewayInit {
  @WebSocketServer()
  readonly server!: Namespace;

  constructor(private readonly sockets: SocketAuthenticator) {}

  afterInit(server: { use(middleware: SocketMiddleware): void }): void {
    server.use(this.sockets.middleware());
  }
}

const RECOVERING = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };

@Injectable()
@WebSocketGateway(RECOVERING)
class RecoveringMiddlewareGateway extends MiddlewareGateway {}

@AuthenticatedGateway()
@WebSocketGateway(RECOVERING)
class RecoveringGateway {}

function connected(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
}

describe('The middleware for socket.io', () => {
  const { keep, issuer: startIssuer, start, clock } = gatewayParts();

  it('refuses before there is a connection: connect_error with the documented body', async () => {
    const issuer = await startIssuer();
    const { join, app } = await start(
      'socket.io',
      { issuers: [issuer.config()] },
      MiddlewareGateway,
      [SocketAuthenticator],
    );
    expect(await (await join()).next('connect_error')).toMatchObject(
      unauthorizedBody('auth_required'),
    );
    const expired = await join({ auth: { token: issuer.expiredToken() } });
    expect(await expired.next('connect_error')).toMatchObject({ code: 'token_expired' });
    expect(app.get(MiddlewareGateway).connections).toBe(0);

    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toBe('for alice');
    app.get(TrustedIssuers).remove(issuer.issuer);
    clock.advance(1);
    expect(await alice.next('exception')).toMatchObject({ code: 'issuer_untrusted' });
    await alice.ended;
  });

  it('watches over a socket that was not connected yet when its token expired', async () => {
    const issuer = await startIssuer();
    const { join, app } = await start(
      'socket.io',
      { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }] },
      SlowMiddlewareGateway,
      [SocketAuthenticator],
    );
    const joining = join(bearer(issuer.token({ expiresInSeconds: 2 })));
    const gateway = app.get(SlowMiddlewareGateway);
    await gateway.reached;
    clock.advance(3);
    gateway.letOn();
    const late = await joining;
    clock.advance(1);
    expect(await late.next('exception')).toMatchObject({ code: 'token_expired' });
    await late.ended;
  });

  it('leaves nothing on a connection whose namespaces come and go', async () => {
    const issuer = await startIssuer();
    const { app, url } = await start('socket.io', { issuers: [issuer.config()] }, FeedGateway, [
      SocketAuthenticator,
    ]);
    const manager = new Manager(url, { transports: ['websocket'], reconnection: false });
    const root = manager.socket('/');
    keep({ close: () => Promise.resolve(root.disconnect()) });
    await connected(root);
    const listeners = (): number => {
      const [socket] = app.get(FeedGateway).server.server.sockets.sockets.values();
      return socket?.conn.listenerCount('close') ?? 0;
    };
    const before = listeners();
    expect(before).toBeGreaterThan(0);
    for (const token of [issuer.token(), issuer.token(), issuer.token()]) {
      const feed = manager.socket('/feed', { auth: { token } });
      await connected(feed);
      feed.disconnect();
      while (app.get(FeedGateway).server.sockets.size > 0) await new Promise(setImmediate);
    }
    expect(listeners()).toBe(before);
  });
});

describe("Behind the decorator's middleware", () => {
  const { keep, issuer: startIssuer, clock } = gatewayParts();

  it('a token that expired before its socket was connected is no caller to the gateway', async () => {
    const issuer = await startIssuer();
    const { app, url } = keep(
      await startApplication(
        { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }] },
        { providers: [SlowGateway], controllers: [], clock },
      ),
    );
    const gateway = app.get(SlowGateway);
    const joining = connect('socket.io', url, bearer(issuer.token({ expiresInSeconds: 60 })));
    await gateway.isHeld;
    clock.advance(61);
    gateway.letOn();
    const late = keep(await joining);
    expect(await late.next('exception')).toMatchObject({ code: 'token_expired' });
    await late.ended;
    expect(gateway.connected).toEqual([]);
  });
});

describe('With connectionStateRecovery, which delivers before any guard is asked', () => {
  const { issuer: startIssuer, start } = gatewayParts();

  it.each<[string, Type, Type[]]>([
    ['@AuthenticatedGateway()', RecoveringGateway, []],
    ['SocketAuthenticator', RecoveringMiddlewareGateway, [SocketAuthenticator]],
  ])('no client is admitted by %s, and the log says why', async (_name, gateway, providers) => {
    const issuer = await startIssuer();
    const config = { issuers: [issuer.config()] };
    const { join, log } = await start('socket.io', config, gateway, providers);
    const refused = await join(bearer(issuer.token()));
    expect(await refused.next('connect_error')).toMatchObject({ status: 500 });
    expect(log.text('error')).toContain('connectionStateRecovery of socket.io');
  });
});
