import { type Clock, elapsedMs } from '../../util/clock.js';

/** How many tokens in the name of one issuer may fail within a second, those included whose check is under way. */
export const MAX_UNVERIFIED = 50;
/** How many more may wait for those under way, which usually take some microseconds each. */
const MAX_WAITING = 1_000;
const WINDOW_MS = 1_000;

/** The tokens in the name of one issuer. */
interface Entrance {
  startedMs: number;
  failed: number;
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Limits the work that forged tokens in an issuer's name can cause. The issuer's own tokens are not
 * counted: when it logs out a thousand users at once, they wait for each other, and none is refused.
 */
export class UnverifiedLimit {
  /** Keyed by the issuer's object, so that nothing has to be cleaned up. */
  private readonly entrances = new WeakMap<object, Entrance>();

  constructor(private readonly clock: Clock) {}

  /** Whether so many have failed that no further one is checked. */
  isReached(issuer: object): boolean {
    return this.entranceOf(issuer).failed >= MAX_UNVERIFIED;
  }

  /**
   * Lets one more in, as soon as there is room.
   *
   * @returns a function to call once with the result of its check; `undefined` when too many have failed.
   */
  async enter(issuer: object): Promise<((isVerified: boolean) => void) | undefined> {
    const entrance = this.entranceOf(issuer);
    while (!this.isReached(issuer)) {
      if (entrance.failed + entrance.underWay < MAX_UNVERIFIED) {
        entrance.underWay++;
        return (isVerified) => leave(entrance, isVerified);
      }
      if (entrance.waiting.length >= MAX_WAITING) return undefined;
      await new Promise<void>((resolve) => entrance.waiting.push(resolve));
    }
    return undefined;
  }

  private entranceOf(issuer: object): Entrance {
    const now = this.clock.now();
    let entrance = this.entrances.get(issuer);
    if (entrance === undefined) {
      entrance = { startedMs: now, failed: 0, underWay: 0, waiting: [] };
      this.entrances.set(issuer, entrance);
    } else if (elapsedMs(entrance.startedMs, now) >= WINDOW_MS) {
      entrance.startedMs = now;
      entrance.failed = 0;
    }
    return entrance;
  }
}

function leave(entrance: Entrance, isVerified: boolean): void {
  entrance.underWay--;
  if (!isVerified) entrance.failed++;
  // The last one under way wakes all: no later one would.
  for (const wake of entrance.waiting.splice(0, entrance.underWay === 0 ? Infinity : 1)) wake();
}
