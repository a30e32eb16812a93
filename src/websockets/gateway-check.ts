import { type CanActivate, Inject, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/util/clock.js';
import type { RevocationList } from '../core/revocation/revocation-list.js';
import { CHECKED_CONNECTION, isCheckedConnection } from '../core/calls/checked-connection.js';
import { METHOD_BEHIND, methodBehind } from '../core/authorization/said-of-members.js';
import { decoratedOn } from './connection-policy.js';
import { connectionGuard } from './connection-guard.js';
import { isSocketIoServer, judgingMiddleware } from './judging-middleware.js';
import type { SocketAdmissionOptions } from './socket-admission-options.js';
import { type Admission, admitSocket, hasExpired, watchAdmitted } from './socket-admission.js';

export const GUARD = Symbol('guard');
export const CLOCK = Symbol('clock');
export const MODULES = Symbol('modules');
export const REVOCATIONS = Symbol('revocations');
const SOCKETS = Symbol('sockets');
const DECORATED = 'nestjs-trusted-issuers:connection-policy';
const OURS = 'nestjs-trusted-issuers:connection-handler';

/** A gateway, with what is injected for the sake of the decorator. */
export interface Gateway {
  readonly [GUARD]: CanActivate;
  readonly [CLOCK]: Clock;
  readonly [MODULES]: ModulesContainer;
  /** `undefined` without the option `revocation`. */
  readonly [REVOCATIONS]?: RevocationList;
  readonly [SOCKETS]?: Sockets;
  handleConnection?: ConnectionHandler;
  afterInit?: (this: Gateway, server: unknown, ...others: readonly unknown[]) => unknown;
}

/** Sockets that checks of this very gateway have let in. */
interface Sockets {
  /** By the middleware: they are not connected yet, or not known to be. */
  readonly expected: WeakSet<object>;
  readonly admitted: WeakSet<object>;
}

export type ConnectionHandler = (
  this: Gateway,
  client: object,
  request: IncomingMessage | undefined,
  ...others: readonly unknown[]
) => unknown;

/** Has every connection to the gateways of a class checked. */
export function checkConnections(prototype: Gateway, options: SocketAdmissionOptions): void {
  Object.defineProperty(prototype, GUARD, {
    configurable: true,
    // Nest injects when the constructor is done: then the methods that Nest will call can be seen.
    set(this: Gateway, guard: CanActivate) {
      keepGuard(this, guard);
      // A field, or a method of a subclass, hides the one of the prototype. A field may be empty.
      const { handleConnection } = this;
      if (handleConnection === undefined || !isCheckedConnection(handleConnection)) {
        const decorated = decoratedOn(this.constructor as Type, ownHandlerOf(handleConnection));
        define(this, 'handleConnection', checked(handleConnection, options, decorated));
      }
      installMiddleware(this, options);
    },
  });
  define(prototype, 'handleConnection', checked(prototype.handleConnection, options));
}

/** Makes what is injected non-enumerable, so that printing or comparing a gateway does not show it. */
export function injectUnseen(prototype: Gateway, key: symbol, token: symbol): void {
  Inject(token)(prototype, key);
  Object.defineProperty(prototype, key, {
    configurable: true,
    set(this: Gateway, value: unknown) {
      define(this, key, value);
    },
  });
}

/** Gives a gateway what its check works with. */
export function keepGuard(gateway: Gateway, guard: CanActivate): void {
  define(gateway, GUARD, guard);
  define(gateway, SOCKETS, { expected: new WeakSet(), admitted: new WeakSet() });
}

/** With socket.io no client is connected, and so none hears anything, before its token is checked. */
function installMiddleware(gateway: Gateway, options: SocketAdmissionOptions): void {
  const { afterInit } = gateway;
  define(gateway, 'afterInit', function (this: Gateway, server: unknown, ...others: unknown[]) {
    if (isSocketIoServer(server))
      server.use(
        judgingMiddleware(
          admissionOf(this, decoratedBehind(this.handleConnection), options),
          (socket) => socketsOf(this).expected.add(socket),
        ),
      );
    return afterInit?.call(this, server, ...others);
  });
}

/**
 * A `handleConnection` that calls the gateway's own for sockets that may stay.
 *
 * @param decorated whose decorators say who may.
 */
function checked(
  handler: ConnectionHandler | undefined,
  options: SocketAdmissionOptions,
  decorated: Function | undefined = ownHandlerOf(handler),
): ConnectionHandler {
  const own = ownHandlerOf(handler);
  const handleConnection: ConnectionHandler = async function (client, request, ...others) {
    const { expected, admitted } = socketsOf(this);
    // A method of a subclass that calls super has been let in to do so.
    if (!admitted.has(client)) {
      const admission = admissionOf(this, decorated, options);
      // Other middlewares may have kept the socket waiting.
      if (expected.has(client) && !hasExpired(client, admission)) watchAdmitted(client, admission);
      else if (!(await admitSocket(client, request, admission))) return;
      admitted.add(client);
    }
    await own?.call(this, client, request, ...others);
  };
  Reflect.defineMetadata(CHECKED_CONNECTION, true, handleConnection);
  Reflect.defineMetadata(DECORATED, decorated, handleConnection);
  return standingFor(own, handleConnection);
}

/** @throws Error when no guard was injected, so nothing can be checked. */
function socketsOf(gateway: Gateway): Sockets {
  const { [SOCKETS]: sockets } = gateway;
  if (sockets !== undefined) return sockets;
  const { name } = gateway.constructor;
  throw new Error(
    `${name} was not made by NestJS, so its connections can't be checked. In a test take it from the module: module.get(${name}).`,
  );
}

function admissionOf(
  gateway: Gateway,
  decorated: Function | undefined,
  options: SocketAdmissionOptions,
): Admission {
  const { [GUARD]: injected, [CLOCK]: clock, [MODULES]: modules } = gateway;
  const { [REVOCATIONS]: revocations } = gateway;
  const guard = connectionGuard(injected, modules);
  const type = gateway.constructor as Type;
  const route = { gateway: type, handler: decorated ?? type };
  return { guard, clock, revocations, route, options };
}

function decoratedBehind(handler: ConnectionHandler | undefined): Function | undefined {
  return handler && (Reflect.getMetadata(DECORATED, handler) as Function | undefined);
}

/** Notes which method of the gateway's own a function of this module calls. */
export function standingFor(
  own: ConnectionHandler | undefined,
  handleConnection: ConnectionHandler,
): ConnectionHandler {
  Reflect.defineMetadata(OURS, true, handleConnection);
  Reflect.defineMetadata(METHOD_BEHIND, own, handleConnection);
  return handleConnection;
}

/** Whether a `handleConnection` is a function of this module, which may call one of the gateway's own. */
export function isOurs(handler: ConnectionHandler): boolean {
  return Reflect.hasMetadata(OURS, handler);
}

/** What a gateway does on a connection, without what this module put before. */
export function ownHandlerOf(
  handler: ConnectionHandler | undefined,
): ConnectionHandler | undefined {
  if (handler === undefined || !isOurs(handler)) return handler;
  const own = methodBehind(handler);
  return own === handler ? undefined : (own as ConnectionHandler);
}

export function define(target: Gateway, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
}
