import { Refusal } from '../refusals/refusal.js';

/** Deeper claims than these help nobody, and overflow the stack of whoever prints them. */
const MAX_DEPTH = 32;

/**
 * Freezes a value and all in it.
 *
 * @throws Refusal `claims_invalid` when it is nested too deeply to be handed on safely.
 */
export function deepFreeze<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw new Refusal('claims_invalid', 'claims are nested too deeply');
  for (const member of Object.values(value)) deepFreeze(member, depth + 1);
  return Object.freeze(value);
}
