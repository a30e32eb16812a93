import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { algorithmsOf, narrowedBy, weaknessOf } from '../jose/key-algorithms.js';
import type { JwkMembers } from '../jose/jwk-members.js';
import type { VerificationKey } from './key-source.js';

/**
 * One key of a set. It is parsed once, when it is first needed; until then its members tell which tokens it
 * fits. The object is passed from one reading of a set to the next while the entry stays the same.
 */
export class KeyEntry {
  /** Its position in the set that was read last, for the log. */
  position = 0;
  private outcome: VerificationKey | string | undefined;

  private constructor(
    readonly keyId: string | undefined,
    readonly issuer: string | undefined,
    readonly thumbprints: readonly string[],
    /** The algorithms its members name. A key that proves weak can verify none of them. */
    readonly algorithms: readonly string[],
    private jwk: JsonWebKey | undefined,
  ) {}

  static ofJwk({ keyId, issuer, thumbprints, algorithms, material }: JwkMembers): KeyEntry {
    return new KeyEntry(keyId, issuer, thumbprints, algorithms, material);
  }

  static ofKey(key: VerificationKey): KeyEntry {
    const { keyId, issuer, thumbprints = [], algorithms } = key;
    const entry = new KeyEntry(keyId, issuer, thumbprints, algorithms, undefined);
    entry.outcome = key;
    return entry;
  }

  get isRead(): boolean {
    return this.outcome !== undefined;
  }

  /** Why the key is unusable; known only once it was read. */
  get fault(): string | undefined {
    return typeof this.outcome === 'string' ? this.outcome : undefined;
  }

  /** The key; `undefined` when it proves unusable. */
  read(): VerificationKey | undefined {
    if (this.jwk !== undefined) {
      this.outcome = this.parsed(this.jwk);
      this.jwk = undefined;
    }
    return typeof this.outcome === 'string' ? undefined : this.outcome;
  }

  private parsed(jwk: JsonWebKey): VerificationKey | string {
    const { keyId, issuer, thumbprints } = this;
    try {
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const algorithms = narrowedBy(jwk['alg'], algorithmsOf(key));
      if (algorithms.length > 0) return { key, keyId, issuer, thumbprints, algorithms };
      return `too weak: it ${weaknessOf(key)}`;
    } catch {
      return 'not a key this runtime can read';
    }
  }
}
