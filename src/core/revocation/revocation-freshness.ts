import type { ResolvedRevocation } from '../../config/resolved-config.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import { SafeLogger } from '../util/safe-logger.js';
import type { RevocationFeed } from './revocation-feed.js';
import type { RevocationStatus } from './revocation-status.js';

/** How often to check whether the store still answers, also without requests. */
const LOOK_MS = 1_000;
/** When a client may retry after a refusal because revocations are unknown. */
const RETRY_AFTER_SECONDS = 5;

/** Whether the known revocations are recent enough to use, and what happens when they are not. */
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

  /** Asks the store only when its last answer is too old. */
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

  /** @throws Refusal `keys_unavailable` where stale revocations must not be used. */
  require(): void {
    if (this.isFresh(this.clock.now())) return;
    this.say();
    if (this.config.whenStale === 'serve') return;
    throw new Refusal('keys_unavailable', 'revocation', this.reason(), {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  /** Checks regularly, so that an outage is reported without requests. */
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
    const ageSeconds = Math.floor(Math.max(0, nowMs / 1_000 - this.feed.knownAsOfSeconds()));
    if (this.isFresh(nowMs)) return { state: 'current', served: true, ageSeconds };
    return { state: 'stale', served, ageSeconds };
  }

  /** One timer for all waiting requests. */
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
    const outcome = served ? 'the revocations known so far are used' : 'requests are refused';
    this.logger.error(`${this.reason()}; ${outcome} until it does`);
    this.events.publish('revocationsStale', { loaded: this.feed.isLoaded, served });
  }

  private sayFresh(): void {
    if (!this.isSaid) return;
    this.isSaid = false;
    this.logger.log('the revocation store answers again');
  }
}
