import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { recipeFor, type SigningAlgorithm } from './signing-algorithms.js';

/** One key of a test issuer, able to sign and to be published. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** The public half (RFC 7517 section 4); `undefined` for a shared secret, which is never published. */
  readonly publicJwk: object | undefined;
  /** The shared secret of an `HS*` key; `undefined` for a key pair. */
  readonly secret: Uint8Array | undefined;
  sign(input: Buffer): Buffer;
  /** The whole key, for {@link importSigningKey}. */
  exportPrivate(): PrivateJwk;
}

/** A private or secret key as JSON (RFC 7517 section 4), with the members that tell its use. */
export interface PrivateJwk {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly [member: string]: unknown;
}

/** Generates a key; rejects when this runtime lacks the algorithm. */
export async function generateSigningKey(
  algorithm: SigningAlgorithm,
  kid: string,
): Promise<SigningKey> {
  const { signingKey, publicKey } = await recipeFor(algorithm).generateKey();
  return signingKeyOf(algorithm, kid, signingKey, publicKey);
}

/**
 * A key that was exported before.
 *
 * @throws Error when it is no such key.
 */
export function importSigningKey(jwk: PrivateJwk): SigningKey {
  const { alg, kid, k } = jwk;
  if (typeof k === 'string')
    return signingKeyOf(alg, kid, createSecretKey(k, 'base64url'), undefined);
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return signingKeyOf(alg, kid, privateKey, createPublicKey(privateKey));
}

function signingKeyOf(
  algorithm: SigningAlgorithm,
  kid: string,
  signingKey: KeyObject,
  publicKey: KeyObject | undefined,
): SigningKey {
  const recipe = recipeFor(algorithm);
  return {
    kid,
    algorithm,
    publicJwk: publicKey && {
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
      alg: algorithm,
    },
    secret: publicKey ? undefined : signingKey.export(),
    sign: (input) => recipe.sign(input, signingKey),
    exportPrivate: () => ({ ...signingKey.export({ format: 'jwk' }), kid, alg: algorithm }),
  };
}
