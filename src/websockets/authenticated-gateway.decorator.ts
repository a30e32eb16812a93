import { type CanActivate, Inject, type Type, UseFilters, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import type { Clock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import { CHECKED_CONNECTION, isCheckedConnection } from '../request/checked-connection.js';
import { METHOD_BEHIND, methodBehind } from '../route/said-of-members.js';
import { checkAdmissionOptions, type SocketAdmissionOptions } from './socket-admission.options.js';
import { admitSocket } from './socket.admission.js';
import { WsRefusalFilter } from './ws-refusal.filter.js';

const GUARD = Symbol('guard');
const CLOCK = Symbol('clock');
const ADMITTED = Symbol('admitted sockets');

/** A gateway, with what is injected for the sake of the decorator. */
interface Gateway {
  readonly [GUARD]: CanActivate;
  readonly [CLOCK]: Clock;
  /** Sockets that a check of this very gateway has let in. */
  readonly [ADMITTED]: WeakSet<object>;
  handleConnection?: ConnectionHandler;
}

type ConnectionHandler = (
  this: Gateway,
  client: object,
  request: IncomingMessage | undefined,
  ...others: readonly unknown[]
) => unknown;

/**
 * Guards a gateway altogether: `JwtAuthGuard` on its messages, {@link WsRefusalFilter} for what is
 * refused, and a check of every connection by the same guard. The gateway's own `handleConnection` is
 * called only for sockets that may stay, and `identityOf(client)` says there whose they are.
 *
 * `@Public()`, `@OptionalAuth()`, `@RequireScopes()` and the like count for connections where they stand on
 * the gateway or on its `handleConnection`, if that is a method and not a field. Beside `@WebSocketGateway()`, in
 * any order, on the very class that is the gateway.
 *
 * @param options how long a socket stays.
 * @throws RangeError for options out of bounds
 */
export function AuthenticatedGateway(options: SocketAdmissionOptions = {}): ClassDecorator {
  checkAdmissionOptions(options);
  return (target) => {
    const gateway = target as unknown as Type;
    UseGuards(JwtAuthGuard)(gateway);
    UseFilters(WsRefusalFilter)(gateway);
    const prototype = gateway.prototype as Gateway;
    checkFieldWithGuard(prototype, options);
    Inject(JwtAuthGuard)(prototype, GUARD);
    Inject(TOKENS.clock)(prototype, CLOCK);
    setHandler(prototype, checked(prototype.handleConnection, options));
  };
}

/**
 * A field hides what is on the prototype, and so does a method of a subclass: neither is checked, and a call
 * of super in it may not be waited for. Nest injects when the constructor is done: then the one that Nest
 * will call shows, and is checked like a method of this class.
 */
function checkFieldWithGuard(prototype: Gateway, options: SocketAdmissionOptions): void {
  Object.defineProperty(prototype, GUARD, {
    configurable: true,
    set(this: Gateway, guard: CanActivate) {
      Object.defineProperty(this, GUARD, { value: guard, configurable: true });
      Object.defineProperty(this, ADMITTED, { value: new WeakSet(), configurable: true });
      const { handleConnection } = this;
      // A field may be empty, and hides the check all the same.
      if (handleConnection === undefined || !isCheckedConnection(handleConnection))
        setHandler(this, checked(handleConnection, options));
    },
  });
}

function setHandler(target: Gateway, handleConnection: ConnectionHandler): void {
  Object.defineProperty(target, 'handleConnection', {
    value: handleConnection,
    configurable: true,
    writable: true,
  });
}

/** A `handleConnection` that calls the gateway's own for sockets that may stay. */
function checked(
  handler: ConnectionHandler | undefined,
  options: SocketAdmissionOptions,
): ConnectionHandler {
  const own = ownHandlerOf(handler);
  const handleConnection: ConnectionHandler = async function (client, request, ...others) {
    const { [GUARD]: guard, [CLOCK]: clock, [ADMITTED]: admittedSockets } = this;
    // A method of a subclass that calls super has been let in to do so.
    if (admittedSockets.has(client))
      return void (await own?.call(this, client, request, ...others));
    const subclass = this.constructor as Type;
    const route = { gateway: subclass, handler: own ?? subclass };
    const admitted = await admitSocket(client, request, { guard, clock, route, options });
    if (!admitted) return;
    admittedSockets.add(client);
    await own?.call(this, client, request, ...others);
  };
  Reflect.defineMetadata(CHECKED_CONNECTION, true, handleConnection);
  Reflect.defineMetadata(METHOD_BEHIND, own, handleConnection);
  return handleConnection;
}

/** What a gateway does on a connection, without the check that this decorator on its base class put before. */
function ownHandlerOf(handler: ConnectionHandler | undefined): ConnectionHandler | undefined {
  if (handler === undefined || !isCheckedConnection(handler)) return handler;
  const own = methodBehind(handler);
  return own === handler ? undefined : (own as ConnectionHandler);
}
