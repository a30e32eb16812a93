import { createPublicKey, KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { algorithmsOf, keyObjectFault } from '../../core/jose/key-algorithms.js';
import type { Finding } from '../configuration-rule.js';
import { kindOf, secretKindOf } from '../shown-value.js';
import { webAddress } from '../web-address.js';
import { stringFault, stringOrList } from './text.rules.js';

const REMEDIES = { noList: 'Give one key or a list of them.', empty: 'Give at least one key.' };
const WHOLE = 'Copy it whole, from its BEGIN to its END line.';

/** Judges public keys. Nothing of a key is ever shown but its kind and length. */
export function publicKeyFindings(value: unknown): Iterable<Finding> {
  return stringOrList(value, REMEDIES, (input) => {
    const key = readPublicKey(input);
    return typeof key === 'string' ? key : undefined;
  });
}

/** What the sound ones among public keys can verify; `undefined` when none is sound. */
export function publicKeyAlgorithms(value: unknown): ReadonlySet<string> | undefined {
  const keys = soundKeys(value);
  return keys.length === 0 ? undefined : new Set(keys.flatMap(algorithmsOf));
}

function soundKeys(value: unknown): readonly KeyObject[] {
  // `Object.values`, because it does not walk the holes of a list.
  const inputs: readonly unknown[] = Array.isArray(value) ? Object.values(value) : [value];
  return inputs.map(readPublicKey).filter((key) => typeof key !== 'string');
}

/** Whether a value is a `KeyObject` itself: one behind a proxy reaches no native code. */
export function isKeyObject(value: unknown): value is KeyObject {
  return value instanceof KeyObject && !types.isProxy(value);
}

/** The key, or what is wrong with it. */
function readPublicKey(input: unknown): KeyObject | string {
  if (isKeyObject(input)) return soundKey(input);
  if (types.isCryptoKey(input)) {
    return 'a CryptoKey is not a KeyObject. Convert it with KeyObject.from().';
  }
  if (typeof input === 'object' && input !== null && !types.isRegExp(input)) {
    return `${kindOf(input)} is not a public key. Give PEM text or a KeyObject; a JWK goes into keys.jwks.`;
  }
  const fault = stringFault(input);
  if (fault !== undefined || typeof input !== 'string') return fault ?? '';
  return pemFault(input) ?? parsedKey(input);
}

function pemFault(text: string): string | undefined {
  if (/PRIVATE KEY-----/.test(text)) {
    return 'a private key, which only the issuer may hold. Give its public key, and replace this pair if it has left the issuer.';
  }
  const blocks = text.match(/-----BEGIN [^-]+-----/g)?.length ?? 0;
  if (blocks > 1) {
    return `the text holds ${blocks} PEM blocks, and only the first would be read. Make each an element of a list.`;
  }
  if (blocks === 1) {
    if (text.includes('\n') || !text.includes(String.raw`\n`)) return undefined;
    return String.raw`the PEM text has the two characters \n in place of line breaks. Restore them: text.replaceAll('\\n', '\n').`;
  }
  if (webAddress(text) !== undefined) {
    return 'an address is not a public key. Put the address of a JWK Set into keys.jwksUri.';
  }
  if (secretKindOf(text) === 'a JSON text') {
    return 'a JSON text is not a PEM text. Parse a JWK Set and put it into keys.jwks.';
  }
  return 'the text is not PEM. It begins with "-----BEGIN PUBLIC KEY-----" or "-----BEGIN CERTIFICATE-----".';
}

function parsedKey(pem: string): KeyObject | string {
  try {
    return soundKey(createPublicKey(pem));
  } catch {
    return `the PEM text is no public key that can be read. ${WHOLE}`;
  }
}

function soundKey(key: KeyObject): KeyObject | string {
  const fault = keyObjectFault(key);
  return fault === undefined ? key : `the key ${fault}. ${REMEDY_BY_TYPE[key.type]}`;
}

const REMEDY_BY_TYPE: Readonly<Record<KeyObject['type'], string>> = {
  private: 'Give its public part: crypto.createPublicKey(key).',
  public: 'Ask the issuer which key signs its access tokens.',
  secret: 'Put it into keys.secret.',
};
