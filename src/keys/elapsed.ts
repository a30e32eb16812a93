import type { Clock } from '../clock.js';

/**
 * Milliseconds between a moment and now. Never negative: after a wall clock was set back, a moment
 * that lies in the future counts as equally far in the past, so that nothing waits for it to come.
 */
export function elapsedMs(clock: Clock, since: number): number {
  return Math.abs(clock.now() - since);
}
