import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { EDDSA_ALGORITHMS, HMAC_SECRET_BYTES, ML_DSA_ALGORITHMS } from './algorithm-names.js';
import { isSmallOrderPoint } from './small-order.js';

/** The shortest RSA modulus that may sign (RFC 7518 sections 3.3 and 3.5). */
export const MIN_RSA_BITS = 2048;

/** Far more than keys in use have. It bounds what reading a key, and each signature by it, can cost. */
const MAX_MODULUS_BITS = 16_384;
const MAX_EXPONENT_BITS = 64;

const RSA_PKCS1 = ['RS256', 'RS384', 'RS512'];
const RSA_PSS = ['PS256', 'PS384', 'PS512'];

/** Each ECDSA algorithm has a curve of its own (RFC 7518 section 3.4), named here as OpenSSL names it. */
const ECDSA_BY_CURVE: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

const ED25519 = ['EdDSA', 'Ed25519'];
const ED448 = ['EdDSA', 'Ed448'];

/** The same by `kty` and `crv` of a JWK (RFC 7518 section 6.2.1.1, RFC 8037 section 2). */
const ALGORITHMS_BY_JWK_CURVE: Readonly<Record<string, readonly string[]>> = {
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ED25519,
  'OKP Ed448': ED448,
};

/**
 * The `alg` values whose signatures a key can verify, empty when there is none. A key that is too
 * short for an algorithm, or otherwise weak, cannot verify it.
 */
export function algorithmsOf(key: KeyObject): readonly string[] {
  if (key.type === 'secret') {
    const size = key.symmetricKeySize ?? 0;
    return Object.keys(HMAC_SECRET_BYTES).filter((alg) => size >= (HMAC_SECRET_BYTES[alg] ?? 0));
  }
  if (weaknessOf(key) !== undefined) return [];
  const type = keyTypeOf(key);
  switch (type) {
    case 'rsa':
      return [...RSA_PKCS1, ...RSA_PSS];
    case 'rsa-pss':
      return pssAlgorithmsOf(key);
    case 'ec':
      return ECDSA_BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? [];
    case 'ed25519':
      return ED25519;
    case 'ed448':
      return ED448;
    default:
      return ML_DSA_ALGORITHMS.filter((alg) => alg.toLowerCase() === type);
  }
}

/** The same by the members of a JWK, for which it need not be parsed; so it says nothing of weakness. */
export function algorithmsOfJwk({
  kty,
  crv,
  alg,
}: Readonly<Record<string, unknown>>): readonly string[] {
  if (kty === 'RSA') return narrowedBy(alg, [...RSA_PKCS1, ...RSA_PSS]);
  if (kty === 'AKP') return narrowedBy(alg, ML_DSA_ALGORITHMS);
  return narrowedBy(alg, ALGORITHMS_BY_JWK_CURVE[`${String(kty)} ${String(crv)}`] ?? []);
}

/**
 * What a key can verify, narrowed by the `alg` that it says itself. For one key `EdDSA` and the name of
 * its curve are one algorithm (RFC 9864 section 2.2).
 *
 * @param alg as a JWK has it; `undefined` narrows nothing.
 */
export function narrowedBy(alg: unknown, algorithms: readonly string[]): readonly string[] {
  if (alg === undefined) return algorithms;
  const own = algorithms.filter((name) => name === alg);
  return own.some((name) => EDDSA_ALGORITHMS.includes(name)) ? algorithms : own;
}

/**
 * Whether an RSA key (RFC 7518 section 6.3.1) is longer than any that is of use. To be asked before it is
 * parsed, so that the work of parsing is bounded.
 */
export function isBeyondOpenSsl({ n, e }: { readonly n?: unknown; readonly e?: unknown }): boolean {
  return isLonger(n, MAX_MODULUS_BITS) || isLonger(e, MAX_EXPONENT_BITS);
}

function isLonger(member: unknown, bits: number): boolean {
  return typeof member === 'string' && member.length > Math.ceil(bits / 6);
}

/**
 * Why the signatures of a key prove nothing, though it is of a kind that algorithms use; as
 * {@link keyObjectFault} says it. `undefined` for all other keys.
 */
export function weaknessOf(key: KeyObject): string | undefined {
  if (isSmallOrderPoint(key))
    return 'is a point of small order, for which anyone can make signatures';
  const { modulusLength: bits, publicExponent: exponent } = key.asymmetricKeyDetails ?? {};
  if (!keyTypeOf(key).startsWith('rsa') || bits === undefined) return undefined;
  if (bits < MIN_RSA_BITS)
    return `is an RSA key of ${bits} bits, shorter than the ${MIN_RSA_BITS} that RFC 7518 demands`;
  // RFC 8017 section 3.1. With 1, a message is its own signature; an even one has no private key.
  if (exponent !== undefined && (exponent < 3n || exponent % 2n === 0n))
    return 'is an RSA key whose public exponent is even or below 3, as no sound one is';
  if (hasEvenModulus(key))
    return 'is an RSA key with an even modulus, which is not a product of two large primes';
  return undefined;
}

/** Not known of an RSA-PSS key, which has no form as a JWK. */
function hasEvenModulus(key: KeyObject): boolean {
  if (keyTypeOf(key) !== 'rsa') return false;
  const { n = '' } = key.export({ format: 'jwk' });
  return (Buffer.from(n, 'base64url').at(-1) ?? 0) % 2 === 0;
}

/**
 * Why a key cannot verify signatures as a public key, as the rest of a sentence that begins with
 * "the key"; `undefined` when it can. Says nothing of the key but its kind, length and weakness.
 */
export function keyObjectFault(key: KeyObject): string | undefined {
  if (key.type === 'secret') return 'is a shared secret, not a public key';
  if (key.type === 'private') return 'is a private key, which only the issuer may hold';
  const weakness = weaknessOf(key);
  if (weakness !== undefined) return weakness;
  if (algorithmsOf(key).length > 0) return undefined;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return `is of the kind ${[keyTypeOf(key), curve].filter(Boolean).join(' ')}, which no accepted algorithm can use`;
}

/** Whether this runtime can verify an algorithm: ML-DSA came to `node:crypto` late (with Node.js 24.6). */
export function runtimeSupports(algorithm: string): boolean {
  if (!ML_DSA_ALGORITHMS.includes(algorithm)) return true;
  try {
    // The types of older Node versions do not know these names yet.
    generateKeyPairSync(algorithm.toLowerCase() as 'ed25519');
    return true;
  } catch {
    return false;
  }
}

/** As a plain string, because the types of older Node versions lack the ML-DSA names. */
function keyTypeOf(key: KeyObject): string {
  return key.asymmetricKeyType ?? '';
}

/** An RSA-PSS key may be bound to one hash (RFC 4055 section 3.1). */
function pssAlgorithmsOf(key: KeyObject): readonly string[] {
  const hash = key.asymmetricKeyDetails?.hashAlgorithm;
  return hash === undefined ? RSA_PSS : RSA_PSS.filter((alg) => hash === `sha${alg.slice(2)}`);
}
