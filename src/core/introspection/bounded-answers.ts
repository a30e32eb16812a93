import { type RingMember, SecondChanceRing } from '../jwt/second-chance-ring.js';

class Entry<Value> implements RingMember<Entry<Value>> {
  used = false;
  next: Entry<Value> = this;
  previous: Entry<Value> = this;

  constructor(
    readonly key: string,
    readonly value: Value,
    readonly bytes: number,
  ) {}
}

/** Answers by the SHA-256 of their tokens, so many and of so many bytes at most. */
export class BoundedAnswers<Value> {
  private readonly entries = new Map<string, Entry<Value>>();
  private readonly ring = new SecondChanceRing<Entry<Value>>();
  private bytes = 0;

  constructor(
    private readonly maxEntries: number,
    private readonly maxBytes = Number.POSITIVE_INFINITY,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  find(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  put(key: string, value: Value, bytes = 0): void {
    if (bytes > this.maxBytes) return;
    this.drop(this.entries.get(key));
    while (this.entries.size >= this.maxEntries || this.bytes + bytes > this.maxBytes)
      this.drop(this.ring.findVictim());
    const entry = new Entry(key, value, bytes);
    this.entries.set(key, entry);
    this.ring.add(entry);
    this.bytes += bytes;
  }

  remove(key: string): void {
    this.drop(this.entries.get(key));
  }

  private drop(entry: Entry<Value> | undefined): void {
    if (entry === undefined) return;
    this.entries.delete(entry.key);
    this.ring.remove(entry);
    this.bytes -= entry.bytes;
  }
}
