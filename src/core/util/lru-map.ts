/** A map that holds so many entries and no more; the longest unused one makes room. */
export class LruMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();

  constructor(private readonly maxEntries: number) {}

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which thereby counts as used. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.maxEntries) return;
    const [longestUnused] = this.#entries.keys();
    this.#entries.delete(longestUnused as Key);
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  entries(): Iterable<[Key, Value]> {
    return this.#entries.entries();
  }
}
