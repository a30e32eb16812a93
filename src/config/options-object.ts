import { secretKindOf } from './shown-value.js';

/**
 * Whether a value can hold options as members: a literal or an instance of a class, not a list, and
 * not a `Map`, a `Headers` or the like, whose contents are no members and would go unseen.
 */
export function isOptionsObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]';
}

/** `path.name`, or `path["odd name"]`; a name that is a secret is not shown. */
export function memberPath(path: string, name: string): string {
  return (path + memberSuffix(name)).replace(/^\./, '');
}

/** `.name`, or `["odd name"]`: what comes behind the path of the object. */
export function memberSuffix(name: string): string {
  if (secretKindOf(name) !== undefined || name.length > 80) return '[…]';
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
