import { type Clock, elapsedMs } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';
import type { KeyRequest } from './key-source.js';

/**
 * Decides whether a key that is not in the set is worth a fetch. Unverified tokens cause these fetches, so
 * the pause between them grows while they bring nothing new.
 *
 * A key that a fetch did not bring is remembered. When it is asked for again (a client that is stuck on an
 * old token does so for hours), the request also waits for the pause of repeated requests, and lengthens that
 * one instead of the pause of all requests.
 */
export class UnknownKeyGate {
  private readonly everybody: CoolDown;
  /** For all repeated requests: many clients stuck on many old tokens are one flood. */
  private readonly again: CoolDown;
  private readonly misses = new Set<string>();

  constructor(clock: Clock) {
    this.everybody = new CoolDown(clock);
    this.again = new CoolDown(clock);
  }

  mayAsk(request: KeyRequest): boolean {
    return this.everybody.isOver && (this.again.isOver || !this.misses.has(nameOf(request)));
  }

  /** A fetch begins because of this request. */
  asks(request: KeyRequest): void {
    if (this.misses.has(nameOf(request))) this.everybody.beginAgain();
    else this.everybody.beginLonger();
  }

  /** A fetch, whatever it was for, brought a change: the next one may too. */
  changed(): void {
    this.everybody.shorten();
    this.again.shorten();
    this.misses.clear();
  }

  /** The fetch that this request asked for did not bring its key. */
  missed(request: KeyRequest): void {
    this.again.beginLonger();
    const name = nameOf(request);
    if (name.length > KEY_LIMITS.rememberedMissLength) return;
    // Moves to the end: the set drops what was asked for least recently.
    this.misses.delete(name);
    this.misses.add(name);
    const [oldest = name] = this.misses;
    if (this.misses.size > KEY_LIMITS.rememberedMisses) this.misses.delete(oldest);
  }
}

function nameOf({ algorithm, keyId = '' }: KeyRequest): string {
  return `${algorithm} ${keyId}`;
}

const INITIAL_MS = KEY_LIMITS.unknownKeyCoolDownSeconds.initial * 1_000;
const MAX_MS = KEY_LIMITS.unknownKeyCoolDownSeconds.max * 1_000;

/** A pause of 5 s that doubles, up to 30 s, each time it begins again soon after the last. */
class CoolDown {
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
    this.lengthMs = Math.min(this.lengthMs, INITIAL_MS);
  }

  private lastMs(): number {
    const quietMs = elapsedMs(this.since, this.clock.now()) - this.lengthMs;
    return quietMs >= MAX_MS ? 0 : this.lengthMs;
  }

  private begin(lengthMs: number): void {
    this.since = this.clock.now();
    this.lengthMs = Math.min(Math.max(lengthMs, INITIAL_MS), MAX_MS);
  }
}
