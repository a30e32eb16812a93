import { randomFillSync } from 'node:crypto';

/** 128 bits, in words. */
const WORDS = 4;

/** A hash of 128 bits, as four words. */
export type Hash = ArrayLike<number>;

/** Behind the last one. */
const NONE = -1;

/**
 * Numbered places for hashes, found by what they hold, in a fixed amount of memory. Node commits the memory of
 * a typed array page by page, as it is written.
 */
export class HashChains {
  private readonly words: Uint32Array;
  /** By the lower bits of the mixed words: one more than the first place of a chain, 0 for an empty one. */
  private readonly heads: Int32Array;
  /** Of a place in use: the next one in its chain. Of a free one: the next free one. */
  private readonly nexts: Int32Array;
  private firstFree = NONE;
  private fresh = 0;
  private used = 0;
  /** Random, so that no client can choose hashes that share a chain. */
  private readonly seeds = randomFillSync(new Uint32Array(WORDS));

  /** @param capacity how many places there are. */
  constructor(readonly capacity: number) {
    this.words = new Uint32Array(capacity * WORDS);
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(capacity)));
    this.nexts = new Int32Array(capacity);
  }

  get size(): number {
    return this.used;
  }

  get free(): number {
    return this.capacity - this.used;
  }

  /** @returns the place of a hash, or -1. */
  find(hash: Hash): number {
    let place = this.firstIn(this.chainOf(hash));
    while (place !== NONE && !this.holds(place, hash)) place = this.nexts[place] as number;
    return place;
  }

  /** Takes a place for a hash that has none. There must be a free one. */
  add(hash: Hash): number {
    const place = this.takePlace();
    this.words.set(hash, place * WORDS);
    const chain = this.chainOf(hash);
    this.nexts[place] = this.firstIn(chain);
    this.heads[chain] = place + 1;
    this.used += 1;
    return place;
  }

  remove(place: number): void {
    const chain = this.chainOf(this.words.subarray(place * WORDS, (place + 1) * WORDS));
    const next = this.nexts[place] as number;
    let before = this.firstIn(chain);
    if (before === place) this.heads[chain] = next + 1;
    else {
      while (this.nexts[before] !== place) before = this.nexts[before] as number;
      this.nexts[before] = next;
    }
    this.nexts[place] = this.firstFree;
    this.firstFree = place;
    this.used -= 1;
  }

  private firstIn(chain: number): number {
    return (this.heads[chain] as number) - 1;
  }

  private takePlace(): number {
    const place = this.firstFree;
    if (place === NONE) return this.fresh++;
    this.firstFree = this.nexts[place] as number;
    return place;
  }

  private holds(place: number, hash: Hash): boolean {
    const at = place * WORDS;
    for (let index = 0; index < WORDS; index++)
      if (this.words[at + index] !== hash[index]) return false;
    return true;
  }

  private chainOf(hash: Hash): number {
    let mixed = 0;
    for (let index = 0; index < WORDS; index++) {
      mixed = Math.imul(
        mixed ^ (hash[index] as number) ^ (this.seeds[index] as number),
        0x9e3779b1,
      );
      mixed ^= mixed >>> 15;
    }
    return (mixed ^ (mixed >>> 16)) & (this.heads.length - 1);
  }
}
