import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { types } from 'node:util';
import {
  certificateAlone,
  PRIVATE_MEMBERS,
  verifiableBy,
  withoutNulls,
} from '../../core/jose/jwk-members.js';
import {
  algorithmsOf,
  isBeyondOpenSsl,
  keyObjectFault,
  weaknessOf,
} from '../../core/jose/key-algorithms.js';
import { kindOf, secretKindOf } from '../../core/util/shown-value.js';
import { utf8Text } from '../../core/jose/utf8-text.js';
import { isKeyObject, isOptionsObject, type Members } from '../value-kinds.js';
import { webAddress } from '../web-address.js';
import { below, type Fault } from '../findings.js';
import type { Rule } from '../option.js';
import { elementFaults, list, oneOrList, stringThat } from './values.js';

/** The `kty` or `crv` of keys every runtime reads: one it cannot read is broken, not merely foreign. */
const READABLE: readonly unknown[] = ['RSA', 'P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448'];
/** Far above any key set: what is larger is another file. */
const MAX_FILE_BYTES = 16_777_216;

const PRIVATE_KEY =
  'a private key, which only the issuer may hold. Give its public key, and replace this pair if it has left the issuer.';
const REMEDY_BY_TYPE: Readonly<Record<KeyObject['type'], string>> = {
  private: 'Give its public part: crypto.createPublicKey(key).',
  public: 'Ask the issuer which key signs its access tokens.',
  secret: 'Put it into keys.secret.',
};

function publicKeyFault(key: KeyObject): Fault {
  const fault = keyObjectFault(key);
  return fault && `the key ${fault}. ${REMEDY_BY_TYPE[key.type]}`;
}

/** Said of a key as the Web Crypto API has it. */
export const CRYPTO_KEY = 'a CryptoKey is not a KeyObject. Convert it with KeyObject.from().';

/** What is wrong with a PEM text out of an environment variable that can't hold line breaks. */
export function lostLinesFault(text: string): Fault {
  if (!text.includes('-----BEGIN ') || text.trim().includes('\n')) return undefined;
  if (text.includes(String.raw`\n`))
    return String.raw`the PEM text has the two characters \n in place of line breaks. Restore them: text.replaceAll('\\n', '\n').`;
  return 'the PEM text is in one line. It needs a line break after its BEGIN line and one before its END line.';
}

const pem = stringThat((text) => {
  if (/PRIVATE KEY-----/.test(text)) return PRIVATE_KEY;
  const blocks = text.match(/-----BEGIN [^-]+-----/g)?.length ?? 0;
  if (blocks > 1)
    return `the text holds ${blocks} PEM blocks, and only the first would be read. Make each an element of a list.`;
  if (blocks === 0 && webAddress(text) !== undefined)
    return 'an address is not a public key. Put the address of a JWK Set into keys.jwksUri.';
  if (blocks === 0 && secretKindOf(text) === 'a JSON text')
    return 'a JSON text is not a PEM text. Parse a JWK Set and put it into keys.jwks.';
  if (blocks === 0)
    return 'the text is not PEM, which begins with "-----BEGIN PUBLIC KEY-----" or "-----BEGIN CERTIFICATE-----".';
  const lost = lostLinesFault(text);
  if (lost) return lost;
  try {
    return publicKeyFault(createPublicKey(text));
  } catch {
    return 'the PEM text can’t be read as a public key. Copy all of it, from its BEGIN to its END line.';
  }
});

/** Public keys. Nothing of a key is ever shown but its kind and length. */
export const publicKeys = oneOrList(
  (input) => {
    if (isKeyObject(input)) return publicKeyFault(input);
    if (types.isCryptoKey(input)) return CRYPTO_KEY;
    if (typeof input === 'object' && input !== null && !types.isRegExp(input))
      return `${kindOf(input)} is not a public key. Give PEM text or a KeyObject; a JWK goes into keys.jwks.`;
    return pem(input);
  },
  'Give one key or a list of them.',
  'Give at least one key.',
);

/**
 * A JWK Set in the configuration. Entries of no use are ignored as in a fetched set, and named in the
 * log; when nothing is left, what is wrong with each is a fault.
 */
export const jwkSet: Rule = (value) => {
  const shape = jwkSetShapeFault(value);
  if (shape) return shape;
  const given = (value as { readonly keys: readonly unknown[] }).keys;
  const holes = elementFaults(given, () => undefined);
  if (typeof holes === 'string') return below('.keys', holes);
  if (jwkSetAlgorithms(value).size > 0) return undefined;
  const faults = below('.keys', list(jwkFault, '', 'Put in the public keys of the issuer.')(given));
  if (faults.length > 0) return faults;
  return 'no key in the set can verify a signature. Put in the keys that the issuer signs access tokens with.';
};

/** What the public keys in a sound configuration can verify; `undefined` when none are in it. */
export function staticAlgorithms({ publicKey, jwks }: Members): ReadonlySet<string> | undefined {
  if (publicKey === undefined) return jwks === undefined ? undefined : jwkSetAlgorithms(jwks);
  const inputs = [publicKey as string | KeyObject].flat();
  const keys = inputs.map((key) => (typeof key === 'string' ? createPublicKey(key) : key));
  return new Set(keys.flatMap(algorithmsOf));
}

function jwkSetAlgorithms(value: unknown): ReadonlySet<string> {
  const { keys } = isOptionsObject(value) ? value : {};
  return verifiableBy(Array.isArray(keys) ? keys : []);
}

function jwkSetShapeFault(value: unknown): Fault {
  if (typeof value === 'string')
    return 'a string is not a JWK Set. Parse its text with JSON.parse().';
  const { keys, kty } = isOptionsObject(value) ? value : {};
  if (Array.isArray(keys)) return undefined;
  if (kty !== undefined) return 'a single key is not a JWK Set. Write { keys: [key] }.';
  return `${kindOf(value)} is not a JWK Set. Write { keys: [...] }.`;
}

/** What is wrong with one key; nothing with one that is merely of no use here, such as for encryption. */
function jwkFault(entry: unknown): Fault {
  const jwk = withoutNulls(entry);
  if (!isOptionsObject(jwk)) return `${kindOf(jwk)} is not a JSON Web Key. Remove it.`;
  const secret = secretJwkFault(jwk);
  if (secret) return secret;
  if (isBeyondOpenSsl(jwk)) return 'the key is too long to verify with. Remove it.';
  try {
    const weakness = weaknessOf(createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
    return weakness && `the key ${weakness}. Ask the issuer for a stronger one.`;
  } catch {
    const certificate = certificateAlone(jwk);
    if (certificate) return `${certificate}. Copy the key whole.`;
    const isBroken = READABLE.includes(jwk['kty']) || READABLE.includes(jwk['crv']);
    return isBroken && 'the key cannot be read. Copy it whole.';
  }
}

/** Why a key has no place in a set of public keys; its content is not shown. */
function secretJwkFault(jwk: Members): Fault {
  if (jwk['kty'] === 'oct' || (jwk['k'] ?? undefined) !== undefined)
    return 'a symmetric key is not a public key. Put a shared secret into keys.secret.';
  return PRIVATE_MEMBERS.some((name) => (jwk[name] ?? undefined) !== undefined) && PRIVATE_KEY;
}

/**
 * The path of a JWK Set, and what is in the file at start. The file may change later, so a set that has no
 * usable key yet is no fault. Its content is never shown.
 */
export const jwksFile = stringThat((path, shown) => {
  if (secretKindOf(path) !== undefined)
    return `${shown} is not a path. A JWK Set itself goes into keys.jwks.`;
  try {
    // Asked first: reading a pipe or a device may never end.
    const stats = statSync(path);
    if (!stats.isFile()) return `${shown} is not a file. Give the path of a JWK Set.`;
    if (stats.size > MAX_FILE_BYTES)
      return `${shown} is too large for a JWK Set. Give the path of one.`;
    const fault = jwkSetTextFault(utf8Text(readFileSync(path)));
    return fault && `${shown} ${fault}`;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return `${shown} cannot be read (${code}). Give the path of a JWK Set this process may read.`;
  }
});

function jwkSetTextFault(json: string): Fault {
  try {
    const set = JSON.parse(json) as { keys: readonly unknown[] };
    if (jwkSetShapeFault(set)) return 'holds no JWK Set. Write { "keys": [...] } into it.';
    const isSecret = set.keys.filter(isOptionsObject).some(secretJwkFault);
    if (isSecret && jwkSetAlgorithms(set).size === 0)
      return 'holds private or symmetric keys. Write only public keys into it.';
  } catch {
    return 'is not a JSON file. Write a JWK Set into it.';
  }
}
