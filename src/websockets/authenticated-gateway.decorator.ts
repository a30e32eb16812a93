import { Inject, Optional, type Type, UseFilters, UseGuards } from '@nestjs/common';
import { JwtAuthGuard } from '../core/guard/jwt-auth.guard.js';
import { TOKENS } from '../core/util/di-tokens.js';
import { UNCHECKED_ON_PURPOSE } from '../core/calls/checked-connection.js';
import {
  checkConnections,
  CLOCK,
  type Gateway,
  GUARD,
  injectUnseen,
  MODULES,
  REVOCATIONS,
} from './gateway-check.js';
import { leaveConnections } from './left-connections.js';
import { checkAdmissionOptions, type SocketAdmissionOptions } from './socket-admission-options.js';
import { WsRefusalFilter } from './ws-refusal.filter.js';

/** What `@AuthenticatedGateway()` does, and how long a socket stays. */
export interface AuthenticatedGatewayOptions extends SocketAdmissionOptions {
  /**
   * Who checks connections. `'checked'`, the default: `JwtAuthGuard` checks each of them. `'unchecked'`: the
   * application does, or lets every client connect and hear what the server sends; messages stay guarded.
   * It applies to this class alone, not to those that extend it.
   */
  readonly connections?: 'checked' | 'unchecked';
}

/**
 * Guards a whole gateway: `JwtAuthGuard` on its messages, {@link WsRefusalFilter} for what is
 * refused, and a check of every connection by the same guard. With socket.io that check is a middleware, so
 * a refused client gets `connect_error` with the documented body as `error.data`; a socket of ws is told and
 * closed. The gateway's own `handleConnection` is called only for sockets that may stay, and
 * `identityOf(client)` says there whose they are.
 *
 * `@Public()`, `@OptionalAuth()`, `@RequireScopes()` and the like count for connections where they are on
 * the gateway or on its `handleConnection`, if that is a method and not a field. Beside `@WebSocketGateway()`, in
 * any order, on the very class that is the gateway.
 *
 * @param options how long a socket stays, and who sees to connections.
 * @throws RangeError for options out of bounds
 * @throws TypeError for options of another type, or that count for checked connections alone
 */
export function AuthenticatedGateway(options: AuthenticatedGatewayOptions = {}): ClassDecorator {
  checkOptions(options);
  return (target) => {
    const gateway = target as unknown as Type;
    UseGuards(JwtAuthGuard)(gateway);
    UseFilters(WsRefusalFilter)(gateway);
    const prototype = gateway.prototype as Gateway;
    Inject(TOKENS.guard)(prototype, GUARD);
    injectUnseen(prototype, CLOCK, TOKENS.clock);
    injectUnseen(prototype, MODULES, TOKENS.modules);
    // A gateway may be tested without the module, or with one of an older version.
    Optional()(prototype, REVOCATIONS);
    injectUnseen(prototype, REVOCATIONS, TOKENS.revocationList);
    if (options.connections === 'unchecked') {
      Reflect.defineMetadata(UNCHECKED_ON_PURPOSE, true, gateway);
      leaveConnections(prototype);
    } else checkConnections(prototype, options);
  };
}

function checkOptions(options: AuthenticatedGatewayOptions): void {
  checkAdmissionOptions(options);
  const { connections = 'checked', closeOnExpiry, recheckSeconds } = options;
  if (connections !== 'checked' && connections !== 'unchecked')
    throw new TypeError("connections: give 'checked' or 'unchecked'.");
  if (connections === 'unchecked' && (closeOnExpiry !== undefined || recheckSeconds !== undefined))
    throw new TypeError(
      "connections: 'unchecked' leaves nothing for closeOnExpiry and recheckSeconds to do. Leave them out.",
    );
}
