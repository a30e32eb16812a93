import type { Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { TrustedIssuer } from '../trust/trusted-issuer.js';

/** What the verification of a token rested on. */
export interface Verification {
  /** The token's `iss`. */
  readonly issuer: string;
  /** The key that verified it; when it is no longer the issuer's, neither is the verification. */
  readonly key: VerificationKey;
  readonly trusted: TrustedIssuer;
  /** The span of time within which nothing time can change has changed, in seconds since the epoch. */
  readonly validFromSeconds: number;
  readonly validUntilSeconds: number;
}

/** A token that went all the way. */
export interface VerifiedToken {
  readonly token: string;
  readonly verification: Verification;
  /**
   * Who is calling; made when the token is first seen again. Most tokens of a crowd never are, and
   * claims take more memory than the token.
   */
  identity: Identity | undefined;
}

interface Entry extends VerifiedToken {
  /** Found since eviction last came by. */
  used: boolean;
}

/** How much of a token's end it is looked up by: 192 bits of signature, which nobody can choose. */
const TAIL_CHARACTERS = 32;

/** Longer tokens are rare and dear to keep. */
const MAX_TOKEN_BYTES = 8_192;

/** Least bytes of tokens there is room for, per entry allowed. */
const BYTES_PER_ENTRY = 3_200;

/**
 * Step 2: verified tokens, bounded in number and bytes. The tail of a token only finds an entry; what
 * counts is that the whole token is the same. Of two with the same look-up key the later stays; the
 * other is verified again. Nothing but a full success is ever put in.
 */
export class VerifiedTokenCache {
  private readonly entries = new Map<number, Entry>();
  private bytes = 0;
  private readonly scratch = Buffer.allocUnsafeSlow(MAX_TOKEN_BYTES);
  /** Lives on while entries come and go; a new one would walk over all that went before. */
  private hand = this.entries.entries();

  constructor(private readonly maxEntries: number) {}

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
    if (verified.length > MAX_TOKEN_BYTES) return;
    const token = this.copyOf(verified);
    const key = lookUpKeyOf(token);
    this.bytes += token.length - (this.entries.get(key)?.token.length ?? 0);
    this.entries.set(key, { token, verification, identity: undefined, used: false });
    while (this.entries.size > this.maxEntries || this.bytes > this.maxEntries * BYTES_PER_ENTRY)
      this.evictOne();
  }

  remove(token: string): void {
    const key = lookUpKeyOf(token);
    const entry = this.entries.get(key);
    if (entry === undefined || entry.token !== token) return;
    this.entries.delete(key);
    this.bytes -= entry.token.length;
  }

  /** A copy of its own: the token is a slice of a header or cookie that it would keep alive. */
  private copyOf(token: string): string {
    return this.scratch.toString('latin1', 0, this.scratch.write(token, 'latin1'));
  }

  /**
   * Second chance: the hand goes round and takes the first entry that was not found since it last
   * came by. A hit only sets a bit, which is cheaper than moving the entry.
   */
  private evictOne(): void {
    for (;;) {
      const { value, done } = this.hand.next();
      if (done) {
        this.hand = this.entries.entries();
      } else if (value[1].used) {
        value[1].used = false;
      } else {
        this.entries.delete(value[0]);
        this.bytes -= value[1].token.length;
        return;
      }
    }
  }
}

/** FNV-1a of the tail, as a number that V8 keeps without making an object: no string is made to look one up. */
function lookUpKeyOf(token: string): number {
  let hash = 0x811c9dc5;
  for (let index = Math.max(0, token.length - TAIL_CHARACTERS); index < token.length; index++)
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193);
  return hash & 0x3fffffff;
}
