import { type Clock, elapsedMs } from '../clock.js';
import { KEY_LIMITS } from '../config/defaults.js';

const FIRST_MS = KEY_LIMITS.unknownKeyCoolDownSeconds.first * 1_000;
const GREATEST_MS = KEY_LIMITS.unknownKeyCoolDownSeconds.greatest * 1_000;

/** A pause that begins at 5 s and doubles to 30 s each time it begins again without a reason to hope. */
export class CoolDown {
  private since = Number.NEGATIVE_INFINITY;
  private lengthMs = 0;

  constructor(private readonly clock: Clock) {}

  get isOver(): boolean {
    return elapsedMs(this.since, this.clock.now()) >= this.lengthMs;
  }

  /** Begins a pause longer than the last, or the first one again when it was quiet for long. */
  beginLonger(): void {
    const quietMs = elapsedMs(this.since, this.clock.now()) - this.lengthMs;
    const longer = quietMs >= GREATEST_MS ? FIRST_MS : this.lengthMs * 2;
    this.begin(Math.min(Math.max(longer, FIRST_MS), GREATEST_MS));
  }

  /** Begins the shortest pause. */
  beginShortest(): void {
    this.begin(FIRST_MS);
  }

  /** The pause that has begun is the shortest after all. */
  shorten(): void {
    this.lengthMs = Math.min(this.lengthMs, FIRST_MS);
  }

  private begin(lengthMs: number): void {
    this.since = this.clock.now();
    this.lengthMs = lengthMs;
  }
}
