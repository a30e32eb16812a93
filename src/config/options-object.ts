import { secretKindOf, shownValue } from './shown-value.js';

/**
 * Whether a value can hold options as members: a literal or an instance of a class, not a list, and
 * not a `Map`, a `Headers` or the like, whose contents are no members and would go unseen.
 */
export function isOptionsObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether a value is an object that has no members but its own. */
export function isLiteral(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `path.name`, or `path["odd name"]`. */
export function memberPath(path: string, name: string): string {
  return (path + memberSuffix(name)).replace(/^\./, '');
}

/** `.name`, or `["odd name"]`: what comes behind the path of the object. */
export function memberSuffix(name: string): string {
  const isPlain = /^[\p{L}_$][\p{L}\p{N}_$]{0,79}$/u.test(name) && secretKindOf(name) === undefined;
  return isPlain ? `.${name}` : `[${shownValue(name)}]`;
}
