import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** What signs, and the public half that verifies; none for a shared secret. */
interface KeyMaterial {
  readonly signingKey: KeyObject;
  readonly publicKey: KeyObject | undefined;
}

/** How one JOSE algorithm makes its keys and its signatures. */
interface AlgorithmRecipe {
  generateKey(): Promise<KeyMaterial>;
  sign(input: Buffer, signingKey: KeyObject): Buffer;
}

const RECIPES = {
  RS256: rsa('sha256', constants.RSA_PKCS1_PADDING),
  RS384: rsa('sha384', constants.RSA_PKCS1_PADDING),
  RS512: rsa('sha512', constants.RSA_PKCS1_PADDING),
  PS256: rsa('sha256', constants.RSA_PKCS1_PSS_PADDING),
  PS384: rsa('sha384', constants.RSA_PKCS1_PSS_PADDING),
  PS512: rsa('sha512', constants.RSA_PKCS1_PSS_PADDING),
  ES256: ecdsa('sha256', 'P-256'),
  ES384: ecdsa('sha384', 'P-384'),
  ES512: ecdsa('sha512', 'P-521'),
  EdDSA: ed25519(),
  Ed25519: ed25519(),
  HS256: hmac('sha256', 32),
  HS384: hmac('sha384', 48),
  HS512: hmac('sha512', 64),
  'ML-DSA-44': mlDsa('ML-DSA-44'),
  'ML-DSA-65': mlDsa('ML-DSA-65'),
  'ML-DSA-87': mlDsa('ML-DSA-87'),
} satisfies Record<string, AlgorithmRecipe>;

/**
 * The `alg` values a test issuer signs with (RFC 7518 section 3.1, RFC 8037, RFC 9864, RFC 9964).
 * `ML-DSA-*` need a Node.js whose `node:crypto` has them.
 */
export type SigningAlgorithm = keyof typeof RECIPES;

/** Every {@link SigningAlgorithm}. */
export const SIGNING_ALGORITHMS = Object.keys(RECIPES) as readonly SigningAlgorithm[];

/** Looks up a recipe; throws a `TypeError` that names the choices. */
export function recipeFor(algorithm: SigningAlgorithm): AlgorithmRecipe {
  if (!Object.hasOwn(RECIPES, algorithm)) {
    const choices = SIGNING_ALGORITHMS.join(', ');
    throw new TypeError(`algorithm ${JSON.stringify(algorithm)} is none of ${choices}`);
  }
  return RECIPES[algorithm];
}

function rsa(hash: string, padding: number): AlgorithmRecipe {
  return {
    generateKey: async () => material(await generate('rsa', { modulusLength: 2048 })),
    sign: (input, key) =>
      // The salt is as long as the hash (RFC 7518 section 3.5); PKCS #1 v1.5 takes no notice of it.
      sign(hash, input, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  };
}

function ecdsa(hash: string, namedCurve: string): AlgorithmRecipe {
  return {
    generateKey: async () => material(await generate('ec', { namedCurve })),
    // JWS wants r and s side by side (RFC 7518 section 3.4), Node's default is DER.
    sign: (input, key) => sign(hash, input, { key, dsaEncoding: 'ieee-p1363' }),
  };
}

function ed25519(): AlgorithmRecipe {
  return {
    generateKey: async () => material(await generate('ed25519')),
    sign: (input, key) => sign(null, input, key),
  };
}

function hmac(hash: string, secretBytes: number): AlgorithmRecipe {
  return {
    generateKey: async () => ({
      signingKey: createSecretKey(randomBytes(secretBytes)),
      publicKey: undefined,
    }),
    sign: (input, key) => createHmac(hash, key).update(input).digest(),
  };
}

function mlDsa(algorithm: string): AlgorithmRecipe {
  return {
    generateKey: async () => {
      // The type declarations of the oldest supported Node.js do not know this key type.
      const generateMlDsa = generate as unknown as (type: string) => Promise<KeyPair>;
      try {
        return material(await generateMlDsa(algorithm.toLowerCase()));
      } catch (cause) {
        throw new Error(
          `${algorithm} is not supported by node:crypto of Node.js ${process.version}; ` +
            'use a newer Node.js or choose another algorithm',
          { cause },
        );
      }
    },
    sign: (input, key) => sign(null, input, key),
  };
}

interface KeyPair {
  readonly privateKey: KeyObject;
}

/**
 * The keys are read again, because they may be exported. Node.js 20 holds the lock of a key while it exports it as
 * a JWK. If V8 then collects the job that has generated this key, the job waits for the same lock, and the process
 * hangs for good.
 */
function material({ privateKey }: KeyPair): KeyMaterial {
  const key = privateKey.export({ type: 'pkcs8', format: 'der' });
  const signingKey = createPrivateKey({ key, type: 'pkcs8', format: 'der' });
  return { signingKey, publicKey: createPublicKey(signingKey) };
}
