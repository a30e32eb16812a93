import {
  constants,
  createHmac,
  type KeyObject,
  timingSafeEqual,
  verify,
  type VerifyKeyObjectInput,
} from 'node:crypto';
import type { UnverifiedToken } from '../jwt/unverified-token.js';
import { EDDSA_ALGORITHMS, HMAC_SECRET_BYTES, ML_DSA_ALGORITHMS } from './algorithm-names.js';

/** What `node:crypto` is told of an algorithm. */
interface Terms {
  /** `null` where the algorithm has its own. */
  readonly hash: string | null;
  /** The key and its options. Spelled out for each: Node spreads objects slowly, and this is done for each token. */
  readonly with: (key: KeyObject) => KeyObject | VerifyKeyObjectInput;
}

const alone = (key: KeyObject): KeyObject => key;

const TERMS: ReadonlyMap<string, Terms> = new Map([
  ...['256', '384', '512'].flatMap((bits): [string, Terms][] => {
    const hash = `sha${bits}`;
    return [
      [`RS${bits}`, { hash, with: (key) => ({ key, padding: constants.RSA_PKCS1_PADDING }) }],
      // RFC 7518 section 3.5: the salt is as long as the hash.
      [
        `PS${bits}`,
        {
          hash,
          with: (key) => ({
            key,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
          }),
        },
      ],
      // RFC 7518 section 3.4: both numbers side by side, and not as DER.
      [`ES${bits}`, { hash, with: (key) => ({ key, dsaEncoding: 'ieee-p1363' }) }],
      [`HS${bits}`, { hash, with: alone }],
    ];
  }),
  ...[...EDDSA_ALGORITHMS, ...ML_DSA_ALGORITHMS].map((name): [string, Terms] => [
    name,
    { hash: null, with: alone },
  ]),
]);

/** Whether signatures of an algorithm are made with a shared secret. */
export function isHmacAlgorithm(algorithm: string): boolean {
  return Object.hasOwn(HMAC_SECRET_BYTES, algorithm);
}

/**
 * Whether a key has made the signature of a token (RFC 7515 section 5.2, RFC 8037, RFC 9964).
 *
 * @param key selected for the algorithm that the token names.
 * @throws Error when that can't be checked.
 */
export function verifiesWithNodeCrypto(token: UnverifiedToken, key: KeyObject): boolean {
  const terms = termsOf(token);
  const { input, signature } = signedParts(token);
  if (terms.hash !== null && isHmacAlgorithm(token.algorithm)) {
    const expected = createHmac(terms.hash, key).update(input).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  return verify(terms.hash, input, terms.with(key), signature);
}

/** The same on libuv's thread pool, for a public key. */
export function verifiesOnThreadPool(token: UnverifiedToken, key: KeyObject): Promise<boolean> {
  const terms = termsOf(token);
  const { input, signature } = signedParts(token);
  return new Promise((resolve, reject) => {
    verify(terms.hash, input, terms.with(key), signature, (error, verifies) => {
      if (error) reject(error);
      else resolve(verifies);
    });
  });
}

function termsOf({ algorithm }: UnverifiedToken): Terms {
  const terms = TERMS.get(algorithm);
  if (terms === undefined) throw new Error('an algorithm that node:crypto is not asked about');
  return terms;
}

/** A token that was taken apart is ASCII throughout. */
function signedParts({ token }: UnverifiedToken): { input: Buffer; signature: Buffer } {
  const end = token.lastIndexOf('.');
  return {
    input: Buffer.from(token.slice(0, end), 'latin1'),
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  };
}
