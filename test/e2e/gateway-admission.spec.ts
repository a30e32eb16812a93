import { describe, expect, it } from '@jest/globals';
import { Injectable, type Type, UseFilters, UseGuards } from '@nestjs/common';
import { type OnGatewayConnection, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import {
  AuthenticatedGateway,
  identityOf,
  SocketAuthenticator,
  WsRefusalFilter,
} from 'nestjs-trusted-issuers/websockets';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import {
  endingFor,
  gatewayParts,
  push,
  refusalEventOf,
  refusedEndingFor,
  type Sender,
  WhoAmI,
} from '../support/gateway-parts.js';
import { bearer, SOCKET_KINDS } from '../support/sockets.js';

@AuthenticatedGateway()
@WebSocketGateway()
class FieldGateway extends WhoAmI implements OnGatewayConnection {
  readonly connected: (string | undefined)[] = [];

  handleConnection = (client: Sender): void => {
    this.connected.push(identityOf(client)?.subject);
    push(client, 'news', 'for members');
  };
}

/** Its field is there though nothing was assigned to it, and hides what the decorator put on its class. */
@AuthenticatedGateway()
@WebSocketGateway()
class EmptyFieldGateway {
  handleConnection?: (client: Sender) => void;
}

/** Handlers that demand less than the connection, and what they were called with. */
class Undemanding {
  readonly handled: unknown[] = [];

  @SubscribeMessage('say')
  say(@CurrentIdentity() identity: Identity): void {
    this.handled.push(identity.subject);
  }

  @OptionalAuth()
  @SubscribeMessage('ask')
  ask(@CurrentIdentity() identity?: Identity): void {
    this.handled.push(identity?.subject ?? 'stranger');
  }

  @Public()
  @SubscribeMessage('look')
  look(): object {
    this.handled.push('anybody');
    return { event: 'seen', data: 'it' };
  }
}

@AuthenticatedGateway()
@WebSocketGateway()
class ChatGateway extends Undemanding implements OnGatewayConnection {
  @RequireScopes('chat')
  handleConnection(client: Sender): void {
    push(client, 'news', 'for members');
  }
}

@Injectable()
@UseGuards(JwtAuthGuard)
@UseFilters(WsRefusalFilter)
@WebSocketGateway()
class HandMadeChatGateway extends Undemanding implements OnGatewayConnection {
  constructor(private readonly sockets: SocketAuthenticator) {
    super();
  }

  async handleConnection(client: Sender, request: IncomingMessage): Promise<void> {
    if (await this.sockets.admit(client, request)) push(client, 'news', 'for members');
  }
}

/** Takes as long as the test wants to tell whether a token was revoked. */
class Revocation {
  private readonly asked: ((revoked: boolean) => void)[] = [];

  readonly isRevoked = (): Promise<boolean> =>
    new Promise((resolve) => {
      this.asked.push(resolve);
    });

  async answer(revoked: boolean): Promise<void> {
    while (this.asked.length === 0) await new Promise(setImmediate);
    this.asked.shift()?.(revoked);
  }
}

describe.each(SOCKET_KINDS)('Who is let in by a gateway on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it('does not depend on whether handleConnection is a method or a field', async () => {
    const issuer = await startIssuer();
    const { join, app } = await start(kind, { issuers: [issuer.config()] }, FieldGateway);
    const stranger = await join();
    expect(await stranger.ended).toEqual(refusedEndingFor(kind, 4401, 'auth_required'));
    expect(stranger.received.map(({ event }) => event)).toEqual([refusalEventOf(kind)]);
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toBe('for members');
    expect(app.get(FieldGateway).connected).toEqual(['alice']);
  });

  it('is decided where the field is empty, too', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, EmptyFieldGateway);
    expect(await (await join()).ended).toEqual(refusedEndingFor(kind, 4401, 'auth_required'));
  });
});

describe.each(SOCKET_KINDS)('Messages of a socket on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();
  // With socket.io a checked gateway has no socket that sends before it is let in.
  const gateways: readonly (readonly [string, Type<Undemanding>, Type[]])[] = [
    ...(kind === 'ws' ? [['@AuthenticatedGateway()', ChatGateway, []] as const] : []),
    ['SocketAuthenticator.admit', HandMadeChatGateway, [SocketAuthenticator]],
  ] as [string, Type<Undemanding>, Type[]][];

  async function startWithRevocation(gateway: Type<Undemanding>, providers: Type[]) {
    const issuer = await startIssuer();
    const revocation = new Revocation();
    const config = { issuers: [issuer.config()], isRevoked: revocation.isRevoked };
    return { issuer, revocation, ...(await start(kind, config, gateway, providers)) };
  }

  it.each(gateways)(
    'that %s turns away reach no handler, whatever that demands',
    async (_name, gateway, providers) => {
      const { issuer, revocation, join, app } = await startWithRevocation(gateway, providers);
      const socket = await join(bearer(issuer.token()));
      for (const event of ['say', 'ask', 'look']) socket.send(event);
      await wait(50);
      await revocation.answer(true);
      expect(await socket.next('exception')).toMatchObject({ code: 'token_revoked' });
      expect(await socket.ended).toEqual(endingFor(kind, 4401, 'token_revoked'));
      expect(app.get(gateway).handled).toEqual([]);
      expect(socket.received.map(({ event }) => event)).toEqual(['exception']);
    },
  );

  it.each(gateways)(
    'that %s admits are handled, each after its own check',
    async (_name, gateway, providers) => {
      const { issuer, revocation, join, app } = await startWithRevocation(gateway, providers);
      const socket = await join(bearer(issuer.token({ subject: 'alice', scopes: ['chat'] })));
      for (const event of ['say', 'ask', 'look']) socket.send(event);
      await wait(50);
      expect(app.get(gateway).handled).toEqual([]);
      await revocation.answer(false);
      expect(await socket.next('seen')).toBe('it');
      expect(app.get(gateway).handled).toEqual(['anybody']);
      await revocation.answer(false);
      await revocation.answer(true);
      expect(await socket.next('exception')).toMatchObject({ code: 'token_revoked' });
      expect(app.get(gateway).handled).toEqual(['anybody', 'alice']);
    },
  );

  it('that lacks what the connection demands reach no handler, before and after it is told', async () => {
    const issuer = await startIssuer();
    const { join, app } = await start(kind, { issuers: [issuer.config()] }, ChatGateway);
    const socket = await join({ ...bearer(issuer.token()), deaf: true });
    for (const event of ['say', 'ask', 'look']) socket.send(event);
    expect(await socket.next(refusalEventOf(kind))).toMatchObject({ code: 'insufficient_scope' });
    for (const event of ['say', 'ask', 'look']) socket.send(event);
    await socket.ended;
    expect(app.get(ChatGateway).handled).toEqual([]);
  });
});
