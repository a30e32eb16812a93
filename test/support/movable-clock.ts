import { type Clock, LONGEST_TIMER_MS, systemClock } from '../../src/core/util/clock.js';

interface Timer {
  /** By the time that went by, which setting the clock back does not change. */
  readonly dueMs: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it, and then runs what has become due. */
export class MovableClock implements Clock {
  private readonly timers = new Set<Timer>();
  private goneByMs = 0;

  constructor(private nowMs = Date.now()) {}

  /** Bound, so that it can be handed to a test issuer. */
  readonly now = (): number => this.nowMs;

  after(delayMs: number, run: () => void): () => void {
    // As Node does it.
    const waitMs = delayMs > LONGEST_TIMER_MS ? 1 : Math.max(1, delayMs);
    const timer = { dueMs: this.goneByMs + waitMs, run };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** @param seconds less than nothing sets it back. */
  advance(seconds: number): void {
    const untilMs = this.goneByMs + Math.max(0, seconds * 1_000);
    const endMs = this.nowMs + seconds * 1_000;
    for (let timer = this.next(untilMs); timer; timer = this.next(untilMs)) {
      this.nowMs += timer.dueMs - this.goneByMs;
      this.goneByMs = timer.dueMs;
      this.timers.delete(timer);
      timer.run();
    }
    this.goneByMs = untilMs;
    this.nowMs = endMs;
  }

  /** Lets second after second go by until something has happened. */
  async advanceUntil(happened: () => boolean): Promise<void> {
    while (!happened()) {
      this.advance(1);
      await new Promise(setImmediate);
    }
  }

  private next(untilMs: number): Timer | undefined {
    const due = [...this.timers].filter(({ dueMs }) => dueMs <= untilMs);
    return due.toSorted((one, other) => one.dueMs - other.dueMs)[0];
  }
}

/** A whole clock of nothing but a time; what is to be done later waits for the machine's. */
export function clockAt(now: () => number): Clock {
  return { ...systemClock, now };
}
