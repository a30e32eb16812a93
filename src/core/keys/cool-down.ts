import { type Clock, elapsedMs } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';

const FIRST_MS = KEY_LIMITS.unknownKeyCoolDownSeconds.first * 1_000;
const GREATEST_MS = KEY_LIMITS.unknownKeyCoolDownSeconds.greatest * 1_000;

/** A pause of 5 s that doubles, up to 30 s, each time it begins again soon after the last. */
export class CoolDown {
  private since = Number.NEGATIVE_INFINITY;
  private lengthMs = 0;

  constructor(private readonly clock: Clock) {}

  get isOver(): boolean {
    return elapsedMs(this.since, this.clock.now()) >= this.lengthMs;
  }

  /** Begins a pause longer than the last, or the first one again when it was quiet for long. */
  beginLonger(): void {
    this.begin(this.lastMs() * 2);
  }

  /** Begins a pause as long as the last, or the first one again when it was quiet for long. */
  beginAgain(): void {
    this.begin(this.lastMs());
  }

  /** The pause that has begun is the shortest after all. */
  shorten(): void {
    this.lengthMs = Math.min(this.lengthMs, FIRST_MS);
  }

  private lastMs(): number {
    const quietMs = elapsedMs(this.since, this.clock.now()) - this.lengthMs;
    return quietMs >= GREATEST_MS ? 0 : this.lengthMs;
  }

  private begin(lengthMs: number): void {
    this.since = this.clock.now();
    this.lengthMs = Math.min(Math.max(lengthMs, FIRST_MS), GREATEST_MS);
  }
}
