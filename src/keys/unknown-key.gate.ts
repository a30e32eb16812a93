import type { Clock } from '../clock.js';
import { KEY_LIMITS } from '../config/defaults.js';
import { CoolDown } from './cool-down.js';
import type { KeyRequest } from './key-source.js';

/**
 * Decides whether a key that is not in the set is worth a fetch. Tokens nobody has verified ask, so
 * fetches keep a distance that grows while they bring nothing new.
 *
 * A key that a fetch did not bring is remembered. When it asks again (a client that is stuck on an
 * old token does so for hours), it waits for a pause of its own and does not lengthen everybody's.
 */
export class UnknownKeyGate {
  private readonly everybody: CoolDown;
  private readonly misses = new Map<string, CoolDown>();

  constructor(private readonly clock: Clock) {
    this.everybody = new CoolDown(clock);
  }

  mayAsk(request: KeyRequest): boolean {
    return this.everybody.isOver && (this.misses.get(nameOf(request))?.isOver ?? true);
  }

  /** A fetch begins because of this request. */
  asks(request: KeyRequest): void {
    if (this.misses.has(nameOf(request))) this.everybody.beginShortest();
    else this.everybody.beginLonger();
  }

  /** A fetch, whatever it was for, brought a change: the next one may too. */
  changed(): void {
    this.everybody.shorten();
    this.misses.clear();
  }

  /** The fetch that this request asked for did not bring its key. */
  missed(request: KeyRequest): void {
    const name = nameOf(request);
    if (name.length > KEY_LIMITS.rememberedMissLength) return;
    const miss = this.misses.get(name) ?? new CoolDown(this.clock);
    miss.beginLonger();
    // Moved to the end: the map gives up what was asked for least recently.
    this.misses.delete(name);
    this.misses.set(name, miss);
    const [oldest] = this.misses.keys();
    if (this.misses.size > KEY_LIMITS.rememberedMisses && oldest !== undefined)
      this.misses.delete(oldest);
  }
}

function nameOf({ algorithm, keyId = '' }: KeyRequest): string {
  return `${algorithm} ${keyId}`;
}
