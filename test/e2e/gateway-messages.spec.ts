import { describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentIdentity, type Identity, OptionalAuth } from 'nestjs-trusted-issuers';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import type { Observable } from 'rxjs';
import { gatewayParts } from '../support/gateway-parts.js';
import { LenientGuard } from '../support/lenient.guard.js';
import { bearer, SOCKET_KINDS } from '../support/sockets.js';

/** Holds up the first message between its guard and its handler. */
@Injectable()
class Gate implements NestInterceptor {
  entered = false;
  open = (): void => undefined;

  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (!this.entered) {
      this.entered = true;
      await new Promise<void>((resolve) => {
        this.open = resolve;
      });
    }
    return next.handle();
  }
}

@AuthenticatedGateway()
@UseInterceptors(Gate)
@WebSocketGateway()
class ChatGateway {
  @SubscribeMessage('say')
  say(@MessageBody() text: string, @CurrentIdentity() { subject }: Identity): object {
    return { event: 'said', data: `${subject}: ${text}` };
  }

  @OptionalAuth()
  @SubscribeMessage('ask')
  ask(@MessageBody() text: string, @CurrentIdentity() identity?: Identity): object {
    return { event: 'said', data: `${identity?.subject ?? 'stranger'}: ${text}` };
  }
}

@UseGuards(LenientGuard)
@WebSocketGateway()
class LenientGateway {
  @OptionalAuth()
  @SubscribeMessage('ask')
  ask(@MessageBody() text: string, @CurrentIdentity() identity?: Identity): object {
    return { event: 'ask', data: `${identity?.subject ?? 'stranger'}: ${text}` };
  }
}

describe.each(SOCKET_KINDS)('Of two messages of one socket on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it.each(['say', 'ask'])('the refused one takes nothing from the other (%s)', async (event) => {
    const issuer = await startIssuer();
    let failing = false;
    const isRevoked = (): boolean => {
      if (failing) throw new Error('the database is down');
      return false;
    };
    const config = { issuers: [issuer.config()], isRevoked };
    const { join, app } = await start(kind, config, ChatGateway);
    const gate = app.get(Gate, { strict: false });
    const socket = await join(bearer(issuer.token({ subject: 'alice' })));
    socket.send(event, 'first');
    while (!gate.entered) await new Promise(setImmediate);
    failing = true;
    socket.send(event, 'second');
    expect(await socket.next('exception')).toMatchObject({ code: 'keys_unavailable' });
    gate.open();
    expect(await socket.next('said')).toBe('alice: first');
  });
});

describe('A message that is refused and let in by other means', () => {
  const { issuer: startIssuer, start } = gatewayParts();

  it('has no identity, and takes none from an earlier one', async () => {
    const issuer = await startIssuer();
    let revoked = false;
    const config = { issuers: [issuer.config()], isRevoked: () => revoked };
    const { join } = await start('socket.io', config, LenientGateway);
    const socket = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await socket.ask('ask', 'first')).toBe('alice: first');
    revoked = true;
    expect(await socket.ask('ask', 'second')).toBe('stranger: second');
    revoked = false;
    expect(await socket.ask('ask', 'third')).toBe('alice: third');
  });
});
