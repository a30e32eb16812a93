import { createPublicKey } from 'node:crypto';
import { types } from 'node:util';
import { finding, type Finding } from '../configuration-rule.js';
import { HMAC_SECRET_BYTES } from '../defaults.js';
import { kindOf } from '../shown-value.js';
import { isKeyObject } from './public-key.rules.js';
import { hasPlaceholderWord } from './text.rules.js';

const FORGEABLE = 'whoever knows the public key could then forge tokens';

/** Judges a shared secret. Nothing of it is ever shown but its length. */
export function* secretFindings(value: unknown, algorithms: readonly string[]): Iterable<Finding> {
  const fault = secretFault(value, algorithms);
  if (fault !== undefined) yield finding(fault);
}

function secretFault(value: unknown, algorithms: readonly string[]): string | undefined {
  if (value === '') return 'empty. Is an environment variable not set?';
  if (isKeyObject(value) && value.type !== 'secret') {
    return `a ${value.type} KeyObject is not a shared secret: ${FORGEABLE}. Give public keys in keys.publicKey.`;
  }
  const bytes = bytesOf(value);
  if (bytes === undefined) {
    return `${kindOf(value)} is not a secret. Give a string, a Uint8Array or a secret KeyObject.`;
  }
  return keyTextFault(bytes) ?? lengthFault(bytes.length, algorithms);
}

function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value === 'string') return Buffer.from(value);
  if (types.isUint8Array(value)) return Buffer.from(value);
  return isKeyObject(value) ? value.export() : undefined;
}

/** A public key used as a secret is public: the classic confusion of RS256 with HS256. */
function keyTextFault(bytes: Buffer): string | undefined {
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text.includes('-----BEGIN') || text.startsWith('ssh-') || isPublicDer(bytes, text)) {
    return `a key in text form is not a shared secret: ${FORGEABLE}. Give public keys in keys.publicKey.`;
  }
  if (isJwkText(text)) {
    return 'a JSON Web Key is not a shared secret. Give public keys in keys.jwks, and of a symmetric key its "k": Buffer.from(k, "base64url").';
  }
  if (hasPlaceholderWord(text)) {
    return 'a placeholder is not a secret. Make one: openssl rand -base64 48.';
  }
  return undefined;
}

/** The binary form, bare or in Base64 without its PEM lines, as some administration pages show it. */
function isPublicDer(bytes: Buffer, text: string): boolean {
  return [bytes, Buffer.from(text, 'base64')].some((der) => {
    if (der[0] !== 0x30) return false;
    try {
      createPublicKey({ key: der, format: 'der', type: 'spki' });
      return true;
    } catch {
      return false;
    }
  });
}

function isJwkText(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    const json = JSON.parse(text) as object;
    return 'kty' in json || 'keys' in json;
  } catch {
    return false;
  }
}

function lengthFault(length: number, algorithms: readonly string[]): string | undefined {
  const [needed] = algorithms
    .map((name) => ({ name, bytes: HMAC_SECRET_BYTES[name] ?? 0 }))
    .filter(({ bytes }) => bytes > length)
    .toSorted((a, b) => b.bytes - a.bytes);
  if (needed === undefined) return undefined;
  return `${length} bytes are too few: ${needed.name} needs at least ${needed.bytes} (RFC 7518 section 3.2). Make a secret: openssl rand -base64 48.`;
}
