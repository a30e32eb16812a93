import type { Clock } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';
import { CoolDown } from './cool-down.js';
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
