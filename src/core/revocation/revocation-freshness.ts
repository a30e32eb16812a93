import type { ResolvedRevocation } from '../../config/resolved-config.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import { SafeLogger } from '../util/safe-logger.js';
import type { RevocationFeed } from './revocation-feed.js';
import type { RevocationStatus } from './revocation-status.js';

/** How often it is looked whether the store still answers, also while nobody asks. */
const LOOK_MS = 1_000;
/** When a client may ask again that was told that nobody can tell. */
const RETRY_AFTER_SECONDS = 5;

/** Whether what is known of revocations is new enough to go by, and what is done when it is not. */
export class RevocationFreshness {
  private readonly logger = new SafeLogger();
  private freshUntilMs = -Infinity;
  private isSaid = false;
  private waiting: Promise<void> | undefined;
  private callOff = (): void => undefined;

  constructor(
    private readonly config: ResolvedRevocation,
    private readonly feed: RevocationFeed,
    private readonly events: AuthEvents,
    private readonly clock: Clock,
  ) {}

  /** Asks the store only when the time is over for which it has answered. */
  isFresh(nowMs: number): boolean {
    if (nowMs < this.freshUntilMs) return true;
    this.freshUntilMs = (this.feed.knownAsOfSeconds() + this.config.maxStaleSeconds) * 1_000;
    return nowMs < this.freshUntilMs;
  }

  /** Until the first load is done or its time is up; `undefined` when nothing is worth waiting for. */
  wait(): Promise<void> | undefined {
    const { coming } = this.feed;
    if (coming !== undefined) this.waiting ??= this.inTime(coming);
    return coming && this.waiting;
  }

  /** @throws Refusal `keys_unavailable` where old knowledge is not to be gone by. */
  require(): void {
    if (this.isFresh(this.clock.now())) return;
    this.say();
    if (this.config.whenStale === 'serve') return;
    throw new Refusal('keys_unavailable', 'revocation', this.reason(), {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  /** Looks now and then, so that it is said when nobody asks. */
  watch(): void {
    this.callOff = this.clock.after(LOOK_MS, () => {
      if (this.isFresh(this.clock.now())) this.sayFresh();
      else if (this.feed.isLoaded || this.feed.isLate) this.say();
      this.watch();
    });
  }

  stop(): void {
    this.callOff();
  }

  status(): Pick<RevocationStatus, 'state' | 'served' | 'ageSeconds'> {
    const served = this.config.whenStale === 'serve';
    if (!this.feed.isLoaded) return { state: 'loading', served, ageSeconds: undefined };
    const nowMs = this.clock.now();
    const ageSeconds = Math.max(0, nowMs / 1_000 - this.feed.knownAsOfSeconds());
    if (this.isFresh(nowMs)) return { state: 'current', served: true, ageSeconds };
    return { state: 'stale', served, ageSeconds };
  }

  /** One timer for all who wait. */
  private async inTime(coming: Promise<void>): Promise<void> {
    let callOff = (): void => undefined;
    const timeUp = new Promise<void>((resolve) => {
      callOff = this.clock.after(this.feed.remainingMs, resolve);
    });
    await Promise.race([coming, timeUp]);
    callOff();
  }

  private reason(): string {
    if (!this.feed.isLoaded) return 'revocations are not loaded: the store does not answer';
    return `the revocation store has not answered for more than maxStaleSeconds (${this.config.maxStaleSeconds})`;
  }

  /** Once an episode. */
  private say(): void {
    if (this.isSaid) return;
    this.isSaid = true;
    const served = this.config.whenStale === 'serve';
    const outcome = served ? 'what is known counts' : 'requests are refused';
    this.logger.error(`${this.reason()}; ${outcome} until it does`);
    this.events.publish('revocationsStale', { loaded: this.feed.isLoaded, served });
  }

  private sayFresh(): void {
    if (!this.isSaid) return;
    this.isSaid = false;
    this.logger.log('the revocation store answers again');
  }
}
