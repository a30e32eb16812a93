import { LONGEST_TIMER_MS } from '../util/clock.js';
import type { Identity } from './identity.js';

/** How soon to check a token again that has expired and is accepted only by its issuer's clock tolerance. */
const TOLERATED_MS = 1_000;

/** How long to keep a connection open for a caller before the token is checked again. */
export function untilExpiryMs({ expiresAt }: Pick<Identity, 'expiresAt'>, nowMs: number): number {
  const remaining = expiresAt * 1_000 - nowMs;
  return Math.min(remaining > 0 ? remaining : TOLERATED_MS, LONGEST_TIMER_MS);
}
