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
}

/** Generates a key; rejects when this runtime lacks the algorithm. */
export async function generateSigningKey(
  algorithm: SigningAlgorithm,
  kid: string,
): Promise<SigningKey> {
  const recipe = recipeFor(algorithm);
  const { signingKey, publicKey } = await recipe.generateKey();
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
  };
}
