/** What time it is. Injected, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's clock. Read anew each time, so that fake timers reach it. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * Milliseconds between a moment and now. Never negative: after a wall clock was set back, a moment
 * that lies in the future counts as equally far in the past, so that nothing waits for it to come.
 */
export function elapsedMs(sinceMs: number, nowMs: number): number {
  return Math.abs(nowMs - sinceMs);
}
