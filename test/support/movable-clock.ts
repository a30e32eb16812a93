import type { Clock } from '../../src/core/util/clock.js';

/** A clock that stands still until a test moves it. */
export class MovableClock implements Clock {
  private nowMs = Date.now();

  /** Bound, so that it can be handed to a test issuer. */
  readonly now = (): number => this.nowMs;

  advance(seconds: number): void {
    this.nowMs += seconds * 1_000;
  }
}
