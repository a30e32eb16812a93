import type { Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { RevocationNote } from '../revocation/revoked-marks.js';
import { type RingMember, SecondChanceRing } from './second-chance-ring.js';

/** What the verification of a token rested on. */
export interface Verification {
  /** The token's `iss`. */
  readonly issuer: string;
  /** The key that verified it; when it is no longer the issuer's, neither is the verification. */
  readonly key: VerificationKey;
  readonly trusted: TrustedIssuer;
  /** The revision of the trust list by which the issuer was last found trusted. */
  trustedAsOf: number | undefined;
  /** The span of time within which nothing time can change has changed, in seconds since the epoch. */
  readonly validFromSeconds: number;
  readonly validUntilSeconds: number;
}

/** A token that went all the way. */
export interface VerifiedToken {
  readonly token: string;
  readonly trusted: TrustedIssuer;
  readonly verification: Verification;
  /**
   * Who is calling; made when the token is first seen again. Most tokens of a crowd never are, and
   * claims take more memory than the token.
   */
  identity: Identity | undefined;
  /** What the revocation list keeps of it. */
  revocationNote: RevocationNote | undefined;
}

class Entry implements VerifiedToken, RingMember<Entry> {
  identity: Identity | undefined = undefined;
  revocationNote: RevocationNote | undefined = undefined;
  used = false;
  next: Entry = this;
  previous: Entry = this;

  constructor(
    readonly token: string,
    readonly verification: Verification,
    readonly key: number,
  ) {}

  get trusted(): TrustedIssuer {
    return this.verification.trusted;
  }
}

/** How much of a token's end it is looked up by: 96 bits of signature, which nobody can choose. */
const TAIL_CHARACTERS = 16;

/** Longer tokens are rare and dear to keep. */
const MAX_TOKEN_BYTES = 8_192;

/** Least bytes of tokens there is room for, per entry allowed. */
const BYTES_PER_ENTRY = 3_200;

/**
 * Verified tokens, bounded in number and bytes. The tail of a token only finds an entry; what
 * counts is that the whole token is the same. Of two with the same look-up key the later stays; the
 * other is verified again. Only tokens that were verified are put in; `isRevoked` is asked each time.
 */
export class VerifiedTokenCache {
  private readonly entries = new Map<number, Entry>();
  private readonly ring = new SecondChanceRing<Entry>();
  private readonly maxBytes: number;
  private bytes = 0;
  private readonly scratch = Buffer.allocUnsafeSlow(MAX_TOKEN_BYTES);

  constructor(private readonly maxEntries: number) {
    this.maxBytes = maxEntries * BYTES_PER_ENTRY;
  }

  /** How many tokens it holds. */
  get size(): number {
    return this.entries.size;
  }

  find(token: string): VerifiedToken | undefined {
    const entry = this.entries.get(lookUpKeyOf(token));
    if (entry === undefined || entry.token !== token) return undefined;
    entry.used = true;
    return entry;
  }

  put(verified: string, verification: Verification): void {
    if (verified.length > Math.min(MAX_TOKEN_BYTES, this.maxBytes)) return;
    const token = this.copyOf(verified);
    const entry = new Entry(token, verification, lookUpKeyOf(token));
    this.drop(this.entries.get(entry.key));
    while (this.entries.size >= this.maxEntries || this.bytes + token.length > this.maxBytes)
      this.drop(this.ring.findVictim());
    this.entries.set(entry.key, entry);
    this.ring.add(entry);
    this.bytes += token.length;
  }

  remove(token: string): void {
    const entry = this.entries.get(lookUpKeyOf(token));
    if (entry?.token === token) this.drop(entry);
  }

  private drop(entry: Entry | undefined): void {
    if (entry === undefined) return;
    this.entries.delete(entry.key);
    this.ring.remove(entry);
    this.bytes -= entry.token.length;
  }

  /** A copy of its own: the token is a slice of a header or cookie that it would keep alive. */
  private copyOf(token: string): string {
    return this.scratch.toString('latin1', 0, this.scratch.write(token, 'latin1'));
  }
}

/** FNV-1a of the tail, as a number that V8 keeps without making an object: no string is made to look one up. */
export function lookUpKeyOf(token: string): number {
  let hash = 0x811c9dc5;
  for (let index = Math.max(0, token.length - TAIL_CHARACTERS); index < token.length; index++)
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193);
  return hash & 0x3fffffff;
}
