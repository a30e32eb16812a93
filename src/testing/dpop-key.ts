import { jwkThumbprint } from '../core/jose/jwk-members.js';
import type { SigningAlgorithm } from './signing-algorithms.js';
import { generateSigningKey, type SigningKey } from './signing-key.js';
import { signToken, type TokenPart } from './token-signer.js';

/** The key of a client, to which its tokens are bound (RFC 9449 section 6.1). */
export class DpopKey {
  /** `alg` of its proofs. */
  readonly algorithm: SigningAlgorithm;
  /** The public key, as it is in the header of a proof. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** What `cnf.jkt` of its tokens says (RFC 9449 section 6.1). */
  readonly thumbprint: string;

  readonly #key: SigningKey;

  /** @internal Use {@link createDpopKey}. */
  constructor(key: SigningKey) {
    const { kid: _kid, use: _use, ...jwk } = key.publicJwk as Record<string, unknown>;
    // The type of an ML-DSA key is in its "alg" (RFC 9964); other proofs say it beside the key.
    if (jwk['kty'] !== 'AKP') delete jwk['alg'];
    this.algorithm = key.algorithm;
    this.publicJwk = jwk;
    this.thumbprint = jwkThumbprint(jwk);
    this.#key = key;
  }

  /**
   * Signs anything with this key, for invalid proofs.
   *
   * @param header - Taken as it is.
   * @param payload - An object, or text or bytes that need not be JSON.
   */
  sign(header: TokenPart, payload: TokenPart): string {
    return signToken(header, payload, this.#key);
  }
}

/**
 * Generates the key of a client, for `issuer.token({ dpop: key })` and {@link proofFor}.
 *
 * @param algorithm - `alg` of its proofs. Default `ES256`.
 * @throws TypeError for an algorithm that is unknown, or that signs with a shared secret.
 */
export async function createDpopKey(algorithm: SigningAlgorithm = 'ES256'): Promise<DpopKey> {
  const key = await generateSigningKey(algorithm, 'dpop');
  if (key.publicJwk === undefined)
    throw new TypeError(`${algorithm} has no public key, which a proof must carry`);
  return new DpopKey(key);
}
