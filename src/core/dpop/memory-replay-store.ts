import type { Clock } from '../util/clock.js';
import { HashChains } from './hash-chains.js';
import type { ReplayStore } from './replay-store.js';

/** At 830 requests a second, and 360 seconds for each. */
const MAX_ENTRIES = 300_000;

/** How many times the free entries one client may have: at most four fifths of all, less when others come. */
const SHARE = 4;

/** How many expired entries a call removes, with room and without: bounded, and more than it adds. */
const REMOVED_EACH_TIME = 8;
const REMOVED_FOR_ROOM = 4_096;

/** Longer than any entry is kept, in seconds; a power of two. */
const WHEEL_SECONDS = 8_192;

const NONE = -1;

/** Thrown when a proof can't be remembered, so a second use of it could not be detected. */
export class ReplayStoreFull extends Error {
  /** @param isOfOneClient the client's own share is full. */
  constructor(readonly isOfOneClient: boolean) {
    super(
      isOfOneClient
        ? 'one client has used up its share of the replay store'
        : 'the replay store is full',
    );
  }
}

/**
 * Used proofs in memory, bounded in number and fair: one client may have at most four times as many entries
 * as are free, so a client that floods it stops itself first. About 70 bytes for each of 300000 entries.
 */
export class MemoryReplayStore implements ReplayStore {
  private readonly entries: HashChains;
  private readonly clients: HashChains;
  /** By the place of an entry. */
  private readonly clientOf: Int32Array;
  private readonly until: Uint32Array;
  private readonly nextOfSecond: Int32Array;
  /** By the place of a client. */
  private readonly counts: Uint32Array;
  /** The first entry that expires in a second. */
  private readonly wheel = new Int32Array(WHEEL_SECONDS).fill(NONE);
  /** All that expires before this second is gone. */
  private sweptTo: number;
  private readonly scratch = Buffer.alloc(32);
  private readonly clientHash: Uint32Array;
  private readonly entryHash: Uint32Array;

  constructor(
    private readonly clock: Clock,
    maxEntries: number = MAX_ENTRIES,
  ) {
    this.entries = new HashChains(maxEntries);
    this.clients = new HashChains(maxEntries);
    this.clientOf = new Int32Array(maxEntries);
    this.until = new Uint32Array(maxEntries);
    this.nextOfSecond = new Int32Array(maxEntries);
    this.counts = new Uint32Array(maxEntries);
    this.sweptTo = this.nowSeconds();
    const { buffer, byteOffset } = this.scratch;
    this.clientHash = new Uint32Array(buffer, byteOffset, 4);
    this.entryHash = new Uint32Array(buffer, byteOffset + 16, 4);
  }

  get size(): number {
    return this.entries.size;
  }

  /** @throws ReplayStoreFull where there is no room. */
  reserve(key: string, untilSeconds: number): boolean {
    this.sweep(REMOVED_EACH_TIME);
    this.read(key);
    const until = this.keptUntil(untilSeconds);
    const known = this.entries.find(this.entryHash);
    if (known !== NONE) {
      if ((this.until[known] as number) >= this.nowSeconds()) return false;
      // Expired, and not removed yet: it stays. The sweep finds its new time.
      this.until[known] = until;
      return true;
    }
    this.makeRoom();
    this.insert(until);
    return true;
  }

  /** Limited to the wheel: an entry must expire less than one turn ahead. */
  private keptUntil(untilSeconds: number): number {
    const until = Math.ceil(untilSeconds);
    if (until >= this.sweptTo + WHEEL_SECONDS) this.sweep(Infinity);
    return Math.max(this.sweptTo, Math.min(until, this.sweptTo + WHEEL_SECONDS - 1));
  }

  private insert(until: number): void {
    const known = this.clients.find(this.clientHash);
    const client = known === NONE ? this.clients.add(this.clientHash) : known;
    const entry = this.entries.add(this.entryHash);
    this.counts[client] = (this.counts[client] as number) + 1;
    this.clientOf[entry] = client;
    this.until[entry] = until;
    this.list(entry, until);
  }

  private list(entry: number, until: number): void {
    const spoke = until % WHEEL_SECONDS;
    this.nextOfSecond[entry] = this.wheel[spoke] as number;
    this.wheel[spoke] = entry;
  }

  /** @throws ReplayStoreFull where there is none. */
  private makeRoom(): void {
    if (this.fault() === undefined) return;
    this.sweep(REMOVED_FOR_ROOM);
    const fault = this.fault();
    if (fault !== undefined) throw fault;
  }

  private fault(): ReplayStoreFull | undefined {
    const { free } = this.entries;
    if (free === 0) return new ReplayStoreFull(false);
    const client = this.clients.find(this.clientHash);
    const isOver = client !== NONE && (this.counts[client] as number) >= free * SHARE;
    return isOver ? new ReplayStoreFull(true) : undefined;
  }

  /** Removes so many expired entries, in the order in which they expire. */
  private sweep(atMost: number): void {
    const now = this.nowSeconds();
    // After a long pause everything in the wheel has expired, so one turn is enough.
    if (now - this.sweptTo > WHEEL_SECONDS)
      this.sweptTo = Math.max(this.sweptTo, now - WHEEL_SECONDS);
    let left = atMost;
    while (this.sweptTo < now) {
      const spoke = this.sweptTo % WHEEL_SECONDS;
      for (
        let entry = this.wheel[spoke] as number;
        entry !== NONE;
        entry = this.wheel[spoke] as number
      ) {
        if (left-- <= 0) return;
        this.wheel[spoke] = this.nextOfSecond[entry] as number;
        const until = this.until[entry] as number;
        if (until > this.sweptTo) this.list(entry, until);
        else this.remove(entry);
      }
      this.sweptTo += 1;
    }
  }

  private remove(entry: number): void {
    this.entries.remove(entry);
    const client = this.clientOf[entry] as number;
    const count = (this.counts[client] as number) - 1;
    this.counts[client] = count;
    if (count === 0) this.clients.remove(client);
  }

  /** The client's part before the dot, and a hash of the whole proof's name behind it; of both the first 128 bits. */
  private read(key: string): void {
    this.scratch.fill(0);
    const dot = key.indexOf('.');
    this.scratch.write(key.slice(0, dot), 0, 16, 'base64url');
    this.scratch.write(key.slice(dot + 1), 16, 16, 'base64url');
  }

  private nowSeconds(): number {
    return Math.floor(this.clock.now() / 1_000);
  }
}
