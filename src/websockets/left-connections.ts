import type { CanActivate } from '@nestjs/common';
import { keepHandshake } from '../core/calls/socket-exchange.js';
import { isCheckedConnection } from '../core/calls/checked-connection.js';
import {
  type ConnectionHandler,
  define,
  type Gateway,
  GUARD,
  isOurs,
  keepGuard,
  ownHandlerOf,
  standingFor,
} from './gateway-check.js';

/**
 * Leaves connections to the application, and keeps the handshake of each to check its messages by: sockets of
 * ws don't have the request that opened them. The check of a base class runs only where the application
 * calls it: `super.handleConnection(client, request)`.
 */
export function leaveConnections(prototype: Gateway): void {
  Object.defineProperty(prototype, GUARD, {
    configurable: true,
    // As for checked connections: a field or a subclass may have put another method there.
    set(this: Gateway, guard: CanActivate) {
      keepGuard(this, guard);
      const { handleConnection } = this;
      if (!handleConnection || !isOurs(handleConnection) || isCheckedConnection(handleConnection))
        define(this, 'handleConnection', keeping(handleConnection));
    },
  });
  define(prototype, 'handleConnection', keeping(prototype.handleConnection));
}

function keeping(handler: ConnectionHandler | undefined): ConnectionHandler {
  const own = ownHandlerOf(handler);
  const handleConnection: ConnectionHandler = function (client, request, ...others) {
    keepHandshake(client, request);
    return own?.call(this, client, request, ...others);
  };
  return standingFor(own, handleConnection);
}
