import { LONGEST_TIMER_MS } from '../util/clock.js';
import type { Identity } from './identity.js';

/** How soon a token is looked at again that has expired but for its issuer's clock tolerance. */
const TOLERATED_MS = 1_000;

/** How long whoever keeps a connection open for a caller shall wait before the token is judged again. */
export function untilExpiryMs({ expiresAt }: Pick<Identity, 'expiresAt'>, nowMs: number): number {
  const remaining = expiresAt * 1_000 - nowMs;
  return Math.min(remaining > 0 ? remaining : TOLERATED_MS, LONGEST_TIMER_MS);
}
