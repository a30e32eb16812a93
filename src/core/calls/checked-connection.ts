import type { Type } from '@nestjs/common';

/** Metadata of a gateway's `handleConnection` that admits only clients that `JwtAuthGuard` admits. */
export const CHECKED_CONNECTION = 'nestjs-trusted-issuers:checked-connection';

/** Metadata of a gateway whose application sees to its connections; of that class alone. */
export const UNCHECKED_ON_PURPOSE = 'nestjs-trusted-issuers:unchecked-connections';

/** Metadata of a class that a gateway checks its connections with by hand. */
export const CHECKS_SOCKETS = 'nestjs-trusted-issuers:checks-sockets';

/**
 * Whether the connections to a gateway are checked. A subclass that overrides such a `handleConnection` has
 * it called for admitted sockets only, so the nearest decorated class decides.
 */
export function checksConnections(type: Type): boolean {
  let prototype = type.prototype as object | null;
  while (prototype !== null) {
    if (Reflect.getOwnMetadata(UNCHECKED_ON_PURPOSE, Object(prototype.constructor))) return false;
    const { value } = Object.getOwnPropertyDescriptor(prototype, 'handleConnection') ?? {};
    if (typeof value === 'function' && isCheckedConnection(value as object)) return true;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return false;
}

/** Whether this `handleConnection` does. */
export function isCheckedConnection(handleConnection: object): boolean {
  return Reflect.hasMetadata(CHECKED_CONNECTION, handleConnection);
}
