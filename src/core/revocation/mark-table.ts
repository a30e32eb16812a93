import type { MarkKey } from './mark-keys.js';

/** Places of one entry: two halves of its key, then the two times. */
const STRIDE = 4;
const FIRST_CAPACITY = 64;
/** Look-ups get slow when a greater part of the places is used. */
const MAX_LOAD = 0.6;
/** The part that must have ended before a table is rebuilt without it. */
const WORTH_TIDYING = 0.25;
const LATEST_SECONDS = 2 ** 32 - 1;

/**
 * Marks of one kind by key: 16 bytes a place, outside of the heap, so that a million of them cost the garbage
 * collector nothing. Open addressing with linear probing; a place whose end is 0 is free. Entries are never
 * removed one by one: those that have ended are dropped when the table is rebuilt.
 */
export class MarkTable {
  private places = new Uint32Array(FIRST_CAPACITY * STRIDE);
  private used = 0;

  /** How many entries it has, those that have ended and not gone yet included. */
  get size(): number {
    return this.used;
  }

  get bytes(): number {
    return this.places.byteLength;
  }

  /**
   * Of two marks with the same key, the later times count.
   *
   * @param before tokens issued in this second or earlier are revoked.
   * @returns whether it revokes more tokens than before.
   */
  put(key: MarkKey, before: number, until: number, nowSeconds: number): boolean {
    if (this.used >= (this.places.length / STRIDE) * MAX_LOAD)
      this.rebuild(this.countAlive(nowSeconds), nowSeconds);
    return this.enter(key.high >>> 0, key.low >>> 0, clamped(before), Math.max(1, clamped(until)));
  }

  /** The second until which tokens that the key belongs to are revoked by their issue; `-1` without a mark. */
  before(key: MarkKey): number {
    if (this.used === 0) return -1;
    const place = this.find(key.high >>> 0, key.low >>> 0);
    return this.places[place + 3] === 0 ? -1 : (this.places[place + 2] as number);
  }

  /** Frees memory when enough entries have ended. */
  tidy(nowSeconds: number): void {
    const alive = this.countAlive(nowSeconds);
    if (this.used - alive > this.used * WORTH_TIDYING) this.rebuild(alive, nowSeconds);
  }

  private countAlive(nowSeconds: number): number {
    const { places } = this;
    let alive = 0;
    for (let place = 0; place < places.length; place += STRIDE)
      if ((places[place + 3] as number) > nowSeconds) alive++;
    return alive;
  }

  /** Without what has ended, as large as what is left needs. */
  private rebuild(alive: number, nowSeconds: number): void {
    const former = this.places;
    let capacity = FIRST_CAPACITY;
    while (alive >= capacity * (MAX_LOAD * 0.9)) capacity *= 2;
    this.places = new Uint32Array(capacity * STRIDE);
    this.used = 0;
    for (let place = 0; place < former.length; place += STRIDE) {
      const until = former[place + 3] as number;
      if (until > nowSeconds)
        this.enter(
          former[place] as number,
          former[place + 1] as number,
          former[place + 2] as number,
          until,
        );
    }
  }

  private enter(high: number, low: number, before: number, until: number): boolean {
    const { places } = this;
    const place = this.find(high, low);
    const isNew = places[place + 3] === 0;
    const reachesFurther = isNew || before > (places[place + 2] as number);
    places[place] = high;
    places[place + 1] = low;
    if (reachesFurther) places[place + 2] = before;
    if (until > (places[place + 3] as number)) places[place + 3] = until;
    if (isNew) this.used++;
    return reachesFurther;
  }

  /** The place of an entry, or the free one where it would be. */
  private find(high: number, low: number): number {
    const { places } = this;
    const mask = places.length - STRIDE;
    let place = (low * STRIDE) & mask;
    while (places[place + 3] !== 0 && (places[place] !== high || places[place + 1] !== low))
      place = (place + STRIDE) & mask;
    return place;
  }
}

function clamped(seconds: number): number {
  return Math.min(Math.max(Math.floor(seconds), 0), LATEST_SECONDS);
}
