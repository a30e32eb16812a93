/**
 * Milliseconds between a moment and now. Never negative: after a wall clock was set back, a moment
 * that lies in the future counts as equally far in the past, so that nothing waits for it to come.
 */
export function elapsedMs(sinceMs: number, nowMs: number): number {
  return Math.abs(nowMs - sinceMs);
}
