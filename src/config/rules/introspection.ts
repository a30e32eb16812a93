import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { algorithmsOf, weaknessOf } from '../../core/jose/key-algorithms.js';
import { kindOf } from '../../core/util/shown-value.js';
import type { Fault } from '../findings.js';
import type { PrivateKeyInput } from '../introspection-config.js';
import type { Check } from '../option.js';
import { isKeyObject, isOptionsObject } from '../value-kinds.js';
import { CRYPTO_KEY, lostLinesFault } from './keys.js';
import { hasPlaceholderWord, NOT_SET, stringThat } from './values.js';

const MAKE = 'Copy it from the authorization server.';

/** The secret of a client. Nothing of it is ever shown. */
export const clientSecret: Check = (value) => {
  if (value === '') return `empty. ${NOT_SET}`;
  if (typeof value !== 'string') return `${kindOf(value)} is not a secret. Give a string.`;
  if (value.trim() !== value)
    return 'the secret begins or ends with white space. Trim what was read from a file.';
  return hasPlaceholderWord(value) && `a placeholder is not a secret. ${MAKE}`;
};

/** A private key that signs. Nothing of it is ever shown but its kind and length. */
export const privateKey: Check = (value) => {
  if (value === '') return `empty. ${NOT_SET}`;
  if (types.isCryptoKey(value)) return CRYPTO_KEY;
  const isGiven = typeof value === 'string' || isKeyObject(value) || isOptionsObject(value);
  if (!isGiven)
    return `${kindOf(value)} is not a private key. Give PEM text, a private KeyObject or a JSON Web Key.`;
  const key = privateKeyOf(value as PrivateKeyInput);
  if (key === undefined) return unreadable(value);
  if (key.type !== 'private')
    return `a ${key.type} KeyObject is not a private key. Give the private one of this API.`;
  const weakness = weaknessOf(createPublicKey(key));
  if (weakness !== undefined) return `the key ${weakness}. Make a longer one.`;
  return (
    signableBy(key).length === 0 && 'this kind of key can’t sign a JWT. Make an RSA or EC key.'
  );
};

function unreadable(value: unknown): Fault {
  if (isOptionsObject(value))
    return 'the JSON Web Key can’t be read as a private key. Copy all of it, with its "d".';
  const text = String(value);
  const lost = lostLinesFault(text);
  if (lost) return lost;
  if (text.includes('BEGIN PUBLIC KEY') || text.includes('BEGIN CERTIFICATE'))
    return 'the text holds a public key. Give the private one of this API.';
  return 'the text can’t be read as a private key in PEM. Copy all of it, from its BEGIN to its END line.';
}

/** A private key as `node:crypto` has it; `undefined` where it can't be read. */
export function privateKeyOf(input: PrivateKeyInput): KeyObject | undefined {
  if (isKeyObject(input)) return input;
  try {
    return typeof input === 'string'
      ? createPrivateKey(input)
      : createPrivateKey({ key: input as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** The algorithms with which a private key can sign, the usual one first. */
export function signableBy(key: KeyObject): readonly string[] {
  return algorithmsOf(createPublicKey(key)).filter((name) => !name.startsWith('ML-DSA'));
}

/** How opaque tokens begin. */
export const tokenPrefix = stringThat((text, shown) => {
  if (!/^[A-Za-z0-9._~+/-]+$/.test(text))
    return `${shown} cannot begin a token: a token consists of letters, digits and "-._~+/" (RFC 6750 section 2.1).`;
});
