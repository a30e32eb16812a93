import type { ScopeMatcher } from '../../config/auth-module-config.js';
import { Refusal } from '../refusals/refusal.js';
import { requireSync } from '../util/maybe-async.js';

/**
 * Whether one of the scopes that a caller has grants the one that is demanded, as the application compares them.
 *
 * @throws Refusal `keys_unavailable` when its function fails: it then has not said no.
 */
export function scopeIsAmong(
  granted: readonly string[],
  demanded: string,
  matches: ScopeMatcher,
): boolean {
  return granted.some((scope) => answerOf(matches, scope, demanded));
}

function answerOf(matches: ScopeMatcher, granted: string, demanded: string): boolean {
  try {
    const answer = requireSync(matches(granted, demanded), 'scopeMatches');
    if (typeof answer === 'boolean') return answer;
    throw new TypeError('scopeMatches must answer with true or false');
  } catch (cause) {
    throw new Refusal('keys_unavailable', 'scopes', 'scopeMatches failed', { cause });
  }
}
