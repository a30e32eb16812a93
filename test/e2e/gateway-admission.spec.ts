import { describe, expect, it } from '@jest/globals';
import { type OnGatewayConnection, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentIdentity, type Identity } from 'nestjs-trusted-issuers';
import { AuthenticatedGateway, identityOf } from 'nestjs-trusted-issuers/websockets';
import { endingFor, gatewayParts, push, type Sender } from '../support/gateway-parts.js';
import { bearer, SOCKET_KINDS } from '../support/sockets.js';

@AuthenticatedGateway()
@WebSocketGateway()
class FieldGateway implements OnGatewayConnection {
  readonly connected: (string | undefined)[] = [];

  handleConnection = (client: Sender): void => {
    this.connected.push(identityOf(client)?.subject);
    push(client, 'news', 'for members');
  };

  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.subject };
  }
}

/** Its field is there though nothing was assigned to it, and hides what the decorator put on its class. */
@AuthenticatedGateway()
@WebSocketGateway()
class EmptyFieldGateway {
  handleConnection?: (client: Sender) => void;
}

describe.each(SOCKET_KINDS)('Who is let in by a gateway on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it('does not depend on whether handleConnection is a method or a field', async () => {
    const issuer = await startIssuer();
    const { join, app } = await start(kind, { issuers: [issuer.config()] }, FieldGateway);
    const stranger = await join();
    expect(await stranger.ended).toEqual(endingFor(kind, 4401, 'auth_required'));
    expect(stranger.received.map(({ event }) => event)).toEqual(['exception']);
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toBe('for members');
    expect(app.get(FieldGateway).connected).toEqual(['alice']);
  });

  it('is decided where the field is empty, too', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, EmptyFieldGateway);
    expect(await (await join()).ended).toEqual(endingFor(kind, 4401, 'auth_required'));
  });
});
