import type { CanActivate, Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { WsException } from '@nestjs/websockets';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/util/clock.js';
import { routePolicyOf } from '../core/authorization/route-policy.js';
import { type Identity, isIdentity } from '../core/identity/identity.js';
import { keepVerdict } from '../core/calls/connection-verdict.js';
import { routeAt } from '../core/calls/route-memo.js';
import { keepHandshake, OwnHolder } from '../core/calls/socket-exchange.js';
import type { RevocationList } from '../core/revocation/revocation-list.js';
import { ConnectedSocket } from './connected-socket.js';
import type { SocketAdmissionOptions } from './socket-admission-options.js';
import { FORBIDDEN, socketRefusalOf, type SocketRefusal, turnAway } from './socket-refusal.js';
import { refuseStateRecovery } from './state-recovery.js';
import { watchSocket } from './watch-socket.js';

/** Whose decorators say how a connection is guarded. */
export interface ConnectionRoute {
  readonly gateway: Type;
  readonly handler: Function;
}

/** What an admission works with. */
export interface Admission {
  readonly guard: Pick<CanActivate, 'canActivate'>;
  readonly clock: Clock;
  /** `undefined` without the option `revocation`. */
  readonly revocations: RevocationList | undefined;
  readonly route: ConnectionRoute;
  readonly options: SocketAdmissionOptions;
}

/** Registered, so that two copies of this package in one process know each other's sockets. */
const IDENTITY = Symbol.for('nestjs-trusted-issuers:socket-identity');

/**
 * Has the guard check a connection as if it were a message.
 *
 * @returns why not; `undefined` when the socket may stay. Never rejects: no caller could catch it.
 */
export async function authenticateConnection(
  client: object,
  request: IncomingMessage | undefined,
  { guard, route }: Admission,
): Promise<SocketRefusal | undefined> {
  try {
    refuseStateRecovery(client);
    // Before the first await: messages may come meanwhile, and are checked by the token in it.
    keepHandshake(client, request);
    const holder = new OwnHolder();
    const context = new ExecutionContextHost(
      [client, request, holder],
      route.gateway,
      route.handler,
    );
    context.setType('ws');
    if (!(await guard.canActivate(context))) return FORBIDDEN;
    // A public gateway on the same server reads no token; it must not remove an identity that is known.
    if (holder.user !== undefined)
      Object.defineProperty(client, IDENTITY, { value: holder.user, configurable: true });
    return undefined;
  } catch (error) {
    return socketRefusalOf(error);
  }
}

/** Checks a connection; tells and closes it, or watches it for as long as it stays. */
export async function admitSocket(
  client: object,
  request: IncomingMessage | undefined,
  admission: Admission,
): Promise<boolean> {
  const judging = authenticateConnection(client, request, admission);
  // Before the first await, and so before the socket's first message.
  keepVerdict(
    client,
    judging.then((refusal) => refusal && new WsException(refusal)),
  );
  const refusal = await judging;
  if (!new ConnectedSocket(client).isOpen) return false;
  if (refusal === undefined) {
    watchAdmitted(client, admission);
    return true;
  }
  turnAway(client, refusal);
  return false;
}

/** Watches a socket that came with a token, unless its gateway is public. */
export function watchAdmitted(client: object, admission: Admission): void {
  const identity = identityOf(client);
  if (identity === undefined || isPublic(admission.route)) return;
  const recheck = () => authenticateConnection(client, undefined, admission);
  const { clock, revocations, options } = admission;
  watchSocket({ ...options, clock, revocations, client, identity, recheck });
}

/** Whether `exp` has passed. Unlike at admission, the issuer's clock tolerance is not added. */
export function hasExpired(client: object, { clock }: Admission): boolean {
  const identity = identityOf(client);
  return identity !== undefined && clock.now() >= identity.expiresAt * 1_000;
}

function isPublic({ gateway, handler }: ConnectionRoute): boolean {
  return routePolicyOf(routeAt(gateway, handler)).mode === 'public';
}

/**
 * Who is at the other end of a socket, as of its admission; `undefined` for a socket that was not
 * admitted, or was without a token.
 */
export function identityOf(client: object): Identity | undefined {
  const identity = (client as { [IDENTITY]?: unknown })[IDENTITY];
  return isIdentity(identity) ? identity : undefined;
}
