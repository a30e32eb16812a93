import { shownValue } from '../util/shown-value.js';

/** Longer lists are cut: a line of the log is for people. */
const MAX_NAMED = 20;
/** Two addresses are compared by eye where they differ, which may be late. */
const MAX_SHOWN = 200;

/**
 * Values of the configuration, or names of an issuer's published keys, for the reason of a refusal. Nothing
 * from a token belongs here.
 *
 * @param values `null` means a member that is absent.
 */
export function expectedValues(values: Iterable<unknown>): string {
  const named: string[] = [];
  for (const value of values) {
    if (named.length === MAX_NAMED) return `${named.join(', ')} and more`;
    named.push(value === null ? 'none' : shownValue(value, MAX_SHOWN));
  }
  return named.join(', ');
}
