import { type Clock, elapsedMs } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';

/** Spaces out fetches that fail: 1 s after the first, doubling up to 30 s, until one succeeds. */
export class FetchBackOff {
  private failures = 0;
  private failedAt = Number.NEGATIVE_INFINITY;
  private delayMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Whether the last fetch failed. */
  get hasFailed(): boolean {
    return this.failures > 0;
  }

  /** Milliseconds until the next fetch may begin; zero when it may. */
  get remainingMs(): number {
    return this.hasFailed
      ? Math.max(0, this.delayMs - elapsedMs(this.failedAt, this.clock.now()))
      : 0;
  }

  /** The same for a client that was answered with 503: in whole seconds, at least one. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil(this.remainingMs / 1_000));
  }

  failed(): void {
    const { initial, max } = KEY_LIMITS.failedFetchBackOffSeconds;
    const nominal = Math.min(initial * 2 ** this.failures, max);
    // Processes that lost the same key server at the same time should not all retry at the same time.
    this.delayMs = nominal * 1_000 * (1 - Math.random() * 0.2);
    this.failures += 1;
    this.failedAt = this.clock.now();
  }

  succeeded(): void {
    this.failures = 0;
  }
}
