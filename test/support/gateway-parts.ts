import type { Type } from '@nestjs/common';
import { SubscribeMessage } from '@nestjs/websockets';
import { type AuthModuleConfig, CurrentIdentity, type Identity } from 'nestjs-trusted-issuers';
import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication } from './application.js';
import { MovableClock } from './movable-clock.js';
import { opened } from './opened.js';
import {
  connect,
  type Handshake,
  type SocketKind,
  type TestSocket,
  useAdapter,
} from './sockets.js';

/** A socket as both libraries' gateways are given it. */
export interface Sender {
  emit(event: string, data: unknown): void;
  send(text: string): void;
}

/** A gateway that says who is asking. */
export class WhoAmI {
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.subject };
  }
}

/** What a server says on its own accord. */
export function push(client: Sender, event: string, data: unknown): void {
  if ('readyState' in client) client.send(JSON.stringify({ event, data }));
  else client.emit(event, data);
}

/** How the end of a connection looks that the server made for a refusal. */
export function endingFor(kind: SocketKind, code: number, reason: string): object {
  return kind === 'ws' ? { code, reason } : { reason: 'io server disconnect' };
}

/** How a checked gateway tells a client that its connection is refused. */
export function refusalEventOf(kind: SocketKind): string {
  return kind === 'ws' ? 'exception' : 'connect_error';
}

/** How a connection ends that a checked gateway refused. */
export function refusedEndingFor(kind: SocketKind, code: number, reason: string): object {
  return kind === 'ws' ? { code, reason } : { reason: 'connect_error' };
}

/** What tests of gateways start, closed after each of them. The clock of all of it is the test's. */
export function gatewayParts() {
  const { keep, issuer: openIssuer } = opened();
  const clock = new MovableClock();
  const issuer = (): Promise<TestIssuer> => openIssuer({ now: clock.now });
  async function start(
    kind: SocketKind,
    config: AuthModuleConfig,
    gateway: Type,
    providers: Type[] = [],
  ) {
    const application = keep(
      await startApplication(config, {
        ...{ providers: [gateway, ...providers], controllers: [], clock },
        configure: useAdapter(kind),
      }),
    );
    const join = async (handshake?: Handshake): Promise<TestSocket> =>
      keep(await connect(kind, application.url, handshake));
    return { ...application, join };
  }
  return { keep, issuer, start, clock };
}
