import { type Clock, elapsedMs } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';

/** Limits the look-ups that unverified tokens cause: some at once, then one every few seconds. */
export class LookupBudget {
  private readonly everyMs = KEY_LIMITS.lookupEverySeconds * 1_000;
  private left: number = KEY_LIMITS.lookupsAtOnce;
  private since: number;

  constructor(private readonly clock: Clock) {
    this.since = clock.now();
  }

  /** @returns whether a look-up was left. */
  take(): boolean {
    const gained = Math.floor(elapsedMs(this.since, this.clock.now()) / this.everyMs);
    if (gained > 0) {
      this.left = Math.min(KEY_LIMITS.lookupsAtOnce, this.left + gained);
      this.since = this.clock.now();
    }
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }

  /** A look-up found its key, and so does not count. */
  giveBack(): void {
    this.left = Math.min(KEY_LIMITS.lookupsAtOnce, this.left + 1);
  }
}
