import type { KeyObject } from 'node:crypto';

/** A key an issuer signs with, ready for use. */
export interface VerificationKey {
  readonly key: KeyObject;
  /** The key's `kid` (RFC 7517 section 4.5), where it has one. */
  readonly keyId: string | undefined;
  /** The one issuer, or template of issuers, whose tokens it verifies, where the key says so itself (Microsoft Entra does). */
  readonly issuer?: string | undefined;
  /** The `alg` values it may verify: what its type can do, narrowed by its own `alg` member. */
  readonly algorithms: readonly string[];
}

/** Which keys are wanted. All of it comes from a token nobody has verified yet. */
export interface KeyRequest {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** The token's `exp` has passed. Such a token is not worth a fetch for a key that is not there. */
  readonly expired: boolean;
}

/** Step 5: the verification keys of one issuer. */
export interface KeySource {
  /**
   * The keys that may have made a signature, at most {@link MAX_KEY_TRIES}; none when the issuer has
   * no such key. Answers at once where it can, so that a known key costs no turn of the event loop.
   *
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when the keys can't be had.
   */
  find(request: KeyRequest): readonly VerificationKey[] | Promise<readonly VerificationKey[]>;

  /**
   * Whether a key that {@link find} gave may still vouch for tokens: it is among the issuer's keys, and
   * they are not too old. Asked for every token that was verified before, so it must be cheap.
   */
  isCurrent(key: VerificationKey): boolean;
}

/** How many fitting keys are tried at most for one token. */
export const MAX_KEY_TRIES = 4;

/**
 * The keys of a set that fit: right algorithm, and the named `kid`. A key without `kid` fits every
 * token, and a token without `kid` fits every key (RFC 7515 section 4.1.4: `kid` is a hint).
 */
export function selectKeys(
  keys: readonly VerificationKey[],
  { algorithm, keyId }: KeyRequest,
): readonly VerificationKey[] {
  return keys
    .filter((key) => key.algorithms.includes(algorithm))
    .filter((key) => keyId === undefined || key.keyId === undefined || key.keyId === keyId)
    .slice(0, MAX_KEY_TRIES);
}
