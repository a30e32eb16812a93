import { Refusal } from '../refusals/refusal.js';

/** Deeper claims have no use, and code that walks claims, such as a logger, may not be ready for them. */
export const MAX_DEPTH = 32;

/**
 * Freezes a value and all in it.
 *
 * @throws Refusal `claims_invalid` when it is nested too deeply to be handed on safely.
 */
export function deepFreeze<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH)
    throw new Refusal('claims_invalid', 'nesting', 'claims are nested too deeply');
  if (Array.isArray(value)) for (const member of value as unknown[]) deepFreeze(member, depth + 1);
  else freezeMembers(value, depth + 1);
  return Object.freeze(value);
}

/** Without `Object.values`, which makes a list for every object of every token. */
function freezeMembers(value: object, depth: number): void {
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member === 'object' && Object.hasOwn(value, name)) deepFreeze(member, depth);
  }
}
