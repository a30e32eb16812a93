import { KeyObject } from 'node:crypto';
import { types } from 'node:util';

/** The members of an object by name. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Whether a value can hold options as members: a literal or an instance of a class, not a list, and
 * not a `Map`, a `Headers` or the like, whose contents are no members and would go unseen.
 */
export function isOptionsObject(value: unknown): value is Members {
  return typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether a value is an object that has no members but its own. */
export function isLiteral(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is a `KeyObject` itself: one behind a proxy reaches no native code. */
export function isKeyObject(value: unknown): value is KeyObject {
  return !types.isProxy(value) && value instanceof KeyObject;
}
