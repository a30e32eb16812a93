import { type Clock, elapsedMs } from '../../util/clock.js';

/** How many tokens in the name of one issuer may fail, or wait for their check, within a second. */
export const MAX_UNVERIFIED = 50;
const WINDOW_MS = 1_000;

interface Window {
  readonly startedMs: number;
  unverified: number;
}

/**
 * Bounds what anybody can cost who sends tokens in an issuer's name: each is counted before its signature is
 * checked, and taken off the count when it turns out to be the issuer's. An issuer that logs a thousand users
 * out at once is not held up.
 */
export class UnverifiedLimit {
  /** By the object that stands for an issuer, so that nothing has to be cleaned up. */
  private readonly windows = new WeakMap<object, Window>();

  constructor(private readonly clock: Clock) {}

  /** Counts one more; `undefined` when there are too many. Otherwise what takes it off the count. */
  take(issuer: object): (() => void) | undefined {
    const window = this.windowOf(issuer);
    if (window.unverified >= MAX_UNVERIFIED) return undefined;
    window.unverified++;
    return () => void window.unverified--;
  }

  private windowOf(issuer: object): Window {
    const now = this.clock.now();
    const current = this.windows.get(issuer);
    if (current !== undefined && elapsedMs(current.startedMs, now) < WINDOW_MS) return current;
    const window = { startedMs: now, unverified: 0 };
    this.windows.set(issuer, window);
    return window;
  }
}
