/** What time it is. Injected, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's clock. Read anew each time, so that fake timers reach it. */
export const systemClock: Clock = { now: () => Date.now() };
