import { createPublicKey } from 'node:crypto';
import { types } from 'node:util';
import { ASYMMETRIC_ALGORITHMS, HMAC_SECRET_BYTES } from '../../core/jose/algorithm-names.js';
import { runtimeSupports } from '../../core/jose/key-algorithms.js';
import { nearestName } from '../nearest-name.js';
import { kindOf, shownValue } from '../../core/util/shown-value.js';
import { isKeyObject } from '../value-kinds.js';
import type { Fault } from '../findings.js';
import type { Check } from '../option.js';
import { hasPlaceholderWord, list, NOT_SET, stringThat } from './values.js';

const SYMMETRIC = Object.keys(HMAC_SECRET_BYTES);
const KNOWN = [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC];
const EITHER_SYMMETRIC = 'HS256, HS384 or HS512';
const FORGEABLE =
  'is not a shared secret: anyone who knows the public key could then forge tokens. Give public keys in keys.publicKey.';

/** A shared secret. Nothing of it is ever shown but its length. */
export const sharedSecret: Check = (value) => {
  if (value === '') return `empty. ${NOT_SET}`;
  if (isKeyObject(value) && value.type !== 'secret')
    return `a ${value.type} KeyObject ${FORGEABLE}`;
  const bytes = bytesOf(value);
  if (bytes === undefined)
    return `${kindOf(value)} is not a secret. Give a string, a Uint8Array or a secret KeyObject.`;
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  // A public key used as a secret is public: the classic confusion of RS256 with HS256. The binary form may
  // be bare, or in Base64 without its PEM lines, as some administration pages show it.
  const isDer = [bytes, Buffer.from(text, 'base64')].some(isPublicDer);
  if (isDer || text.includes('-----BEGIN') || text.startsWith('ssh-'))
    return `a key in text form ${FORGEABLE}`;
  if (isJwkText(text))
    return 'a JSON Web Key is not a shared secret. Give public keys in keys.jwks, and of a symmetric key its "k": Buffer.from(k, "base64url").';
  return (
    hasPlaceholderWord(text) && 'a placeholder is not a secret. Make one: openssl rand -base64 48.'
  );
};

/** What is wrong with the length of a sound secret. */
export function secretLengthFault(secret: unknown, algorithms: readonly unknown[]): Fault {
  const length = bytesOf(secret)?.length ?? 0;
  const [longest] = Object.entries(HMAC_SECRET_BYTES)
    .filter(([name, bytes]) => algorithms.includes(name) && bytes > length)
    .toSorted(([, a], [, b]) => b - a);
  if (longest === undefined) return undefined;
  const [name, needed] = longest;
  const given = length === 1 ? '1 byte is' : `${length} bytes are`;
  return `${given} too few: ${name} needs at least ${needed} (RFC 7518 section 3.2). Make a secret: openssl rand -base64 48.`;
}

function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value === 'string' || types.isUint8Array(value)) return Buffer.from(value as string);
  return isKeyObject(value) && value.type === 'secret' ? value.export() : undefined;
}

function isPublicDer(der: Buffer): boolean {
  if (der[0] !== 0x30) return false;
  try {
    createPublicKey({ key: der, format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

function isJwkText(text: string): boolean {
  try {
    const json = text.startsWith('{') ? (JSON.parse(text) as object) : {};
    return 'kty' in json || 'keys' in json;
  } catch {
    return false;
  }
}

/** A known `alg` value that this runtime has. */
export const algorithm = stringThat((name, shown) => {
  if (name.toLowerCase() === 'none')
    return `${shown} means unsigned, and an unsigned token proves nothing. Remove it.`;
  if (!KNOWN.includes(name)) {
    const meant = nearestName(name, KNOWN);
    const remedy = meant === undefined ? `Known: ${KNOWN.join(', ')}.` : `Did you mean ${meant}?`;
    return `${shown} is not a known algorithm. ${remedy}`;
  }
  if (!runtimeSupports(name))
    return `${shown} is not supported by this Node.js (${process.version}). Use a later version, or remove it.`;
});

/** Accepted `alg` values. */
export const algorithms = list(
  algorithm,
  'List "alg" values, like ["RS256"].',
  'No token could be accepted: name an algorithm, or leave the option out.',
);

/** Said where a secret is given and no algorithm. */
export const ALGORITHM_MISSING = `missing. With keys.secret, name the algorithm its issuer signs with: ${EITHER_SYMMETRIC}.`;

/** What is wrong with a known algorithm beside a secret, or beside public keys in its place. */
export function algorithmKeyFault(name: string, hasSecret: boolean): Fault {
  if (SYMMETRIC.includes(name) === hasSecret) return undefined;
  return hasSecret
    ? `${shownValue(name)} cannot be verified with keys.secret. Name ${EITHER_SYMMETRIC}, or give public keys.`
    : `${shownValue(name)} needs a shared secret. Give keys.secret, or name an asymmetric algorithm.`;
}
