import { setImmediate as nextTurn } from 'node:timers/promises';
import { KEY_LIMITS } from './key-limits.js';
import { Refusal } from '../refusals/refusal.js';
import { Groups } from './groups.js';
import { KeyEntry } from './key-entry.js';
import { isOfAnother, type KeyOffer, type KeyRequest, type VerificationKey } from './key-source.js';
import { PassedOver } from './passed-over.js';

/** The keys of a set that fit a token, as far as they were looked for. */
export interface KeyChoice {
  readonly keys: readonly VerificationKey[];
  /** Not every entry that fits was parsed: there may be another key. */
  readonly isPartial: boolean;
}

/** The keys of one issuer or place, found by what a token says and parsed when they are needed. */
export class KeySet {
  /** Entries that are not known to be of no use. */
  private readonly live = new Set<KeyEntry>();
  private readonly parsed = new Set<VerificationKey>();
  /** Has none by the name `undefined`. */
  private readonly byKeyId = new Groups<KeyEntry>();
  private readonly byThumbprint = new Groups<KeyEntry>();
  private readonly byAlgorithm = new Groups<KeyEntry>();
  /** Those without a `kid`, by algorithm. */
  private readonly nameless = new Groups<KeyEntry>();

  /**
   * @param entries by a name that tells whether two are the same.
   * @param tell of entries that prove to be of no use.
   */
  constructor(
    readonly entries: ReadonlyMap<string, KeyEntry> = new Map(),
    private readonly tell: (passedOver: PassedOver) => void = () => {},
  ) {
    for (const entry of entries.values()) if (entry.fault === undefined) this.insert(entry);
  }

  static of(keys: readonly VerificationKey[]): KeySet {
    return new KeySet(new Map(keys.map((key, index) => [String(index), KeyEntry.ofKey(key)])));
  }

  /** What may be a key, parsed or not. */
  get usable(): ReadonlySet<KeyEntry> {
    return this.live;
  }

  /** Whether the other set holds the same entries. */
  equals(other: KeySet): boolean {
    if (other.entries.size !== this.entries.size) return false;
    return [...this.entries.keys()].every((name) => other.entries.has(name));
  }

  /** Whether it gave this key, and would still. */
  holds(key: VerificationKey): boolean {
    return this.parsed.has(key);
  }

  /** Whether there is a key of the very name for the algorithm. */
  names({ algorithm, keyId }: KeyRequest): boolean {
    for (const entry of this.byKeyId.get(keyId))
      if (entry.algorithms.includes(algorithm)) return true;
    return false;
  }

  /** What it has beside what was asked for, as far as a message can name it: of a large set not all is looked at. */
  offer({ algorithm, keyId }: KeyRequest): KeyOffer {
    return {
      algorithmsOfNamed: first(this.byKeyId.get(keyId)).flatMap((entry) => entry.algorithms),
      hasAlgorithm: this.byAlgorithm.get(algorithm).size > 0,
      algorithms: first(this.live).flatMap((entry) => entry.algorithms),
    };
  }

  /**
   * The keys that fit: right algorithm, and the named `kid`. A key without `kid` fits every token, and a
   * token without `kid` fits every key (RFC 7515 section 4.1.4: `kid` is a hint); keys that bear the very
   * `kid` come first, then those of the certificate that the token names. Gives one more than are tried
   * where there are more.
   */
  select(request: KeyRequest): KeyChoice {
    const only = this.onlyOneNamed(request);
    if (only) return { keys: [only], isPartial: false };
    const keys: VerificationKey[] = [];
    const useless = new PassedOver();
    let parsings = 0;
    let isPartial = false;
    for (const entry of this.likeliest(request)) {
      if (keys.length > KEY_LIMITS.keysPerToken) break;
      isPartial = !entry.isRead && parsings === KEY_LIMITS.keysParsedAtOnce;
      if (isPartial) break;
      if (!entry.isRead) parsings += 1;
      const key = this.read(entry, useless);
      if (key) keys.push(key);
    }
    this.tell(useless);
    return { keys, isPartial };
  }

  /**
   * Whether there is a key at all. Parses until one is found, a bounded number in each turn of the event
   * loop.
   *
   * @param useless gets those that are of no use.
   */
  async hasKey(useless: PassedOver): Promise<boolean> {
    while (this.parsed.size === 0 && this.live.size > 0) {
      await nextTurn();
      this.readMore(useless);
    }
    return this.parsed.size > 0;
  }

  /** Every key, a bounded number in each turn of the event loop. */
  async all(): Promise<readonly VerificationKey[]> {
    const useless = new PassedOver();
    while (this.readMore(useless)) await nextTurn();
    this.tell(useless);
    return [...this.parsed];
  }

  /** @returns whether there was something left to parse. */
  private readMore(useless: PassedOver): boolean {
    let parsings = 0;
    for (const entry of this.live) {
      if (!entry.isRead && parsings++ === KEY_LIMITS.keysParsedAtOnce) break;
      // Also one that another set, which has the same entry, has parsed meanwhile.
      this.read(entry, useless);
    }
    return parsings > 0;
  }

  /** The key of the very name, where no other fits: so it is for most tokens, and nothing need be put in order. */
  private onlyOneNamed({ algorithm, keyId }: KeyRequest): VerificationKey | undefined {
    if (this.nameless.get(algorithm).size > 0) return undefined;
    const named = this.byKeyId.get(keyId);
    if (named.size !== 1) return undefined;
    for (const entry of named)
      if (entry.isRead && entry.algorithms.includes(algorithm)) return entry.read();
    return undefined;
  }

  /** Removes an entry that turns out to be unusable, so that each is looked at once. */
  private read(entry: KeyEntry, useless: PassedOver): VerificationKey | undefined {
    const key = entry.read();
    if (key) {
      this.parsed.add(key);
      return key;
    }
    this.live.delete(entry);
    for (const [groups, name] of this.placesOf(entry)) groups.remove(name, entry);
    useless.add(entry.position, String(entry.fault));
    return undefined;
  }

  /**
   * Entries in the order in which they are tried. Those that say that they are another issuer's come last,
   * where they take no place of one that may have signed.
   */
  private *likeliest(request: KeyRequest): Iterable<KeyEntry> {
    const { algorithm, keyId, thumbprints = [] } = request;
    const others = keyId === undefined ? this.byAlgorithm : this.nameless;
    const certified = thumbprints.flatMap((text) => [...this.byThumbprint.get(text)]);
    const given = new Set<KeyEntry>();
    const last: KeyEntry[] = [];
    for (const group of [
      certified.filter((entry) => entry.keyId === keyId),
      this.byKeyId.get(keyId),
      certified.filter((entry) => keyId === undefined || entry.keyId === undefined),
      others.get(algorithm),
    ])
      for (const entry of group) {
        if (given.has(entry) || !entry.algorithms.includes(algorithm)) continue;
        given.add(entry);
        if (isOfAnother(entry, request)) last.push(entry);
        else yield entry;
      }
    yield* last;
  }

  private insert(entry: KeyEntry): void {
    this.live.add(entry);
    const key = entry.isRead && entry.read();
    if (key) this.parsed.add(key);
    for (const [groups, name] of this.placesOf(entry)) groups.add(name, entry);
  }

  private placesOf(entry: KeyEntry): (readonly [Groups<KeyEntry>, unknown])[] {
    const { keyId, thumbprints, algorithms } = entry;
    return [
      ...(keyId === undefined ? [] : [[this.byKeyId, keyId] as const]),
      ...thumbprints.map((text) => [this.byThumbprint, text] as const),
      ...algorithms.map((name) => [this.byAlgorithm, name] as const),
      ...(keyId === undefined ? algorithms.map((name) => [this.nameless, name] as const) : []),
    ];
  }
}

/** How many keys a message is made from. */
const MAX_NAMED = 5;

function first<Item>(items: Iterable<Item>): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length === MAX_NAMED) break;
    found.push(item);
  }
  return found;
}

/**
 * The keys of a choice that were not tried yet.
 *
 * @throws Refusal `keys_unavailable` when there is none, and not everything was parsed. It is next time.
 */
export function untried(
  { keys, isPartial }: KeyChoice,
  tried: readonly VerificationKey[] = [],
): readonly VerificationKey[] {
  const left = tried.length === 0 ? keys : keys.filter((key) => !tried.includes(key));
  if (left.length === 0 && isPartial)
    throw new Refusal('keys_unavailable', 'key', 'more keys may fit than are read for one token', {
      retryAfterSeconds: 1,
    });
  return left;
}
