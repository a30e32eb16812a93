import { type KeyObject, verify } from 'node:crypto';
import { EDDSA_ALGORITHMS, ML_DSA_ALGORITHMS } from './algorithm-names.js';
import type { UnverifiedToken } from '../jwt/unverified-token.js';

const ALGORITHMS: ReadonlySet<string> = new Set([...EDDSA_ALGORITHMS, ...ML_DSA_ALGORITHMS]);

/** Whether jsonwebtoken lacks an algorithm, so that its signature is checked here. */
export function isNodeCryptoAlgorithm(algorithm: string): boolean {
  return ALGORITHMS.has(algorithm);
}

/** Checks an EdDSA (RFC 8037) or ML-DSA (RFC 9964) signature. The key was selected for the algorithm. */
export function verifiesWithNodeCrypto({ token }: UnverifiedToken, key: KeyObject): boolean {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  return verify(null, Buffer.from(token.slice(0, end)), key, signature);
}
