import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { HMAC_SECRET_BYTES, ML_DSA_ALGORITHMS } from '../config/defaults.js';

/** The shortest RSA modulus that may sign (RFC 7518 sections 3.3 and 3.5). */
export const MIN_RSA_BITS = 2048;

const RSA_PKCS1 = ['RS256', 'RS384', 'RS512'];
const RSA_PSS = ['PS256', 'PS384', 'PS512'];

/** Each ECDSA algorithm has a curve of its own (RFC 7518 section 3.4), named here as OpenSSL names it. */
const ECDSA_BY_CURVE: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/**
 * The `alg` values whose signatures a key can verify, empty when there is none. A key that is too
 * short for an algorithm cannot verify it.
 */
export function algorithmsOf(key: KeyObject): readonly string[] {
  if (key.type === 'secret') {
    const size = key.symmetricKeySize ?? 0;
    return Object.keys(HMAC_SECRET_BYTES).filter((alg) => size >= (HMAC_SECRET_BYTES[alg] ?? 0));
  }
  const type = keyTypeOf(key);
  switch (type) {
    case 'rsa':
      return isShortRsaKey(key) ? [] : [...RSA_PKCS1, ...RSA_PSS];
    case 'rsa-pss':
      return isShortRsaKey(key) ? [] : pssAlgorithmsOf(key);
    case 'ec':
      return ECDSA_BY_CURVE[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? [];
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    case 'ed448':
      return ['EdDSA'];
    default:
      return ML_DSA_ALGORITHMS.filter((alg) => alg.toLowerCase() === type);
  }
}

/** Whether an RSA key is shorter than {@link MIN_RSA_BITS}; `false` for every other kind of key. */
export function isShortRsaKey(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  return keyTypeOf(key).startsWith('rsa') && bits !== undefined && bits < MIN_RSA_BITS;
}

/**
 * Why a key cannot verify signatures as a public key, as the rest of a sentence that begins with
 * "the key"; `undefined` when it can. Says nothing of the key but its kind and length.
 */
export function keyObjectFault(key: KeyObject): string | undefined {
  if (key.type === 'secret') return 'is a shared secret, not a public key';
  if (key.type === 'private') return 'is a private key, which only the issuer may hold';
  if (isShortRsaKey(key)) {
    const bits = key.asymmetricKeyDetails?.modulusLength;
    return `is an RSA key of ${bits} bits, shorter than the ${MIN_RSA_BITS} that RFC 7518 demands`;
  }
  if (algorithmsOf(key).length > 0) return undefined;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return `is of the kind ${[keyTypeOf(key), curve].filter(Boolean).join(' ')}, which no accepted algorithm can use`;
}

/** Whether this runtime can verify an algorithm: ML-DSA came to `node:crypto` late (with OpenSSL 3.5). */
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
