import type { VerificationKey } from '../keys/key-source.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { type Verification, VerifiedToken } from './authenticated-token.js';
import { type RingMember, SecondChanceRing } from './second-chance-ring.js';

/**
 * Where a token is kept. A place is reused for other tokens, with its slot on the shelf, so that a token that
 * comes and goes creates no object that V8 treats as long-lived. Therefore a place is never handed out.
 */
class Place implements RingMember<Place> {
  used = false;
  next: Place = this;
  previous: Place = this;
  key = 0;
  length = 0;
  /** Set once the token is found again, or when it is too long for the shelf. */
  verified: VerifiedToken | undefined = undefined;

  private issuer: string | undefined = undefined;
  private verificationKey: VerificationKey | undefined = undefined;
  private trusted: TrustedIssuer | undefined = undefined;
  // Doubles from the start, so that V8 overwrites them in place.
  private validFromSeconds = 0.5;
  private validUntilSeconds = 0.5;

  constructor(readonly slot: number) {}

  /** Stores a token. */
  fill(key: number, length: number, verification: Verification): void {
    this.key = key;
    this.length = length;
    this.used = false;
    this.issuer = verification.issuer;
    this.verificationKey = verification.key;
    this.trusted = verification.trusted;
    this.validFromSeconds = verification.validFromSeconds;
    this.validUntilSeconds = verification.validUntilSeconds;
  }

  /** Releases what it held. */
  clear(): void {
    this.verified = undefined;
    this.issuer = undefined;
    this.verificationKey = undefined;
    this.trusted = undefined;
  }

  /** A copy, because the place may soon hold another token. */
  verification(): Verification {
    const { issuer, verificationKey: key, trusted, validFromSeconds, validUntilSeconds } = this;
    return { issuer, key, trusted, validFromSeconds, validUntilSeconds } as Verification;
  }
}

/** Tokens are looked up by their last characters: 96 bits of signature, which no caller can choose. */
const TAIL_CHARACTERS = 16;

/** Longer tokens are rare and expensive to keep. */
const MAX_TOKEN_BYTES = 8_192;

/** Bytes of tokens there is room for, per entry allowed. */
const BYTES_PER_ENTRY = 3_200;

/**
 * Verified tokens, bounded in number and bytes. The tail of a token only finds an entry; then the whole
 * token is compared. Of two with the same look-up key the later one stays; the other is verified again.
 * Only verified tokens are put in; `isRevoked` is called each time.
 */
export class VerifiedTokenCache {
  private readonly places = new Map<number, Place>();
  /** Places that can be reused. */
  private readonly free: Place[] = [];
  private readonly ring = new SecondChanceRing<Place>();
  private readonly shelf = new TokenShelf();
  private readonly maxBytes: number;
  private bytes = 0;
  private slots = 0;
  private readonly scratch = Buffer.allocUnsafeSlow(MAX_TOKEN_BYTES);

  constructor(private readonly maxEntries: number) {
    this.maxBytes = maxEntries * BYTES_PER_ENTRY;
  }

  /** How many tokens it holds. */
  get size(): number {
    return this.places.size;
  }

  find(token: string): VerifiedToken | undefined {
    const place = this.places.get(lookUpKeyOf(token));
    if (place === undefined || this.tokenIn(place, token.length) !== token) return undefined;
    place.used = true;
    return (place.verified ??= new VerifiedToken(
      this.shelf.read(place.slot, place.length),
      place.verification(),
    ));
  }

  put(token: string, verification: Verification): void {
    if (token.length > Math.min(MAX_TOKEN_BYTES, this.maxBytes)) return;
    const key = lookUpKeyOf(token);
    this.drop(this.places.get(key));
    while (this.places.size >= this.maxEntries || this.bytes + token.length > this.maxBytes)
      this.drop(this.ring.findVictim());
    const place = this.free.pop() ?? new Place(this.slots++);
    place.fill(key, token.length, verification);
    if (this.shelf.fits(token)) this.shelf.put(place.slot, token);
    else place.verified = new VerifiedToken(this.copyOf(token), place.verification());
    this.places.set(key, place);
    this.ring.add(place);
    this.bytes += token.length;
  }

  remove(token: string): void {
    const place = this.places.get(lookUpKeyOf(token));
    if (place && this.tokenIn(place, token.length) === token) this.drop(place);
  }

  /** @param length of the token looked for: a token of another length is not read. */
  private tokenIn({ verified, slot, length: own }: Place, length: number): string | undefined {
    if (own !== length) return undefined;
    return verified === undefined ? this.shelf.read(slot, length) : verified.token;
  }

  private drop(place: Place | undefined): void {
    if (place === undefined) return;
    this.places.delete(place.key);
    this.ring.remove(place);
    this.bytes -= place.length;
    place.clear();
    this.free.push(place);
  }

  /** A copy of its own: the token is a slice of a header or cookie that it would keep alive. */
  private copyOf(token: string): string {
    return this.scratch.toString('latin1', 0, this.scratch.write(token, 'latin1'));
  }
}

/** FNV-1a of the tail, as a number that V8 stores without an object: no string is made for a look-up. */
export function lookUpKeyOf(token: string): number {
  let hash = 0x811c9dc5;
  for (let index = Math.max(0, token.length - TAIL_CHARACTERS); index < token.length; index++)
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193);
  return hash & 0x3fffffff;
}

/** Most tokens are shorter. With the string that a token gets when it is seen again it takes twice as much. */
const SLOT_BYTES = 1_536;
const SLOTS_PER_CHUNK = 64;

/**
 * The bytes of tokens outside of V8's heap, each in a slot. A string that is kept for its turn in a cache outlives
 * young collections: V8 copies it twice and looks at it in every full collection, for a token that is mostly
 * never seen again.
 */
class TokenShelf {
  /** Made when a slot is first used, so that a small application pays for what it has. */
  private readonly chunks: Buffer[] = [];

  /** Whether a token has room in a slot. */
  fits(token: string): boolean {
    return token.length <= SLOT_BYTES;
  }

  /** @param token of ASCII, as every token is that was taken apart. */
  put(slot: number, token: string): void {
    this.chunkOf(slot).write(token, offsetOf(slot), 'latin1');
  }

  /** The first characters in a slot, as a string of its own. */
  read(slot: number, length: number): string {
    const start = offsetOf(slot);
    return this.chunkOf(slot).toString('latin1', start, start + length);
  }

  private chunkOf(slot: number): Buffer {
    const index = Math.floor(slot / SLOTS_PER_CHUNK);
    return (this.chunks[index] ??= Buffer.allocUnsafeSlow(SLOTS_PER_CHUNK * SLOT_BYTES));
  }
}

function offsetOf(slot: number): number {
  return (slot % SLOTS_PER_CHUNK) * SLOT_BYTES;
}
