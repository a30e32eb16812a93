import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { withoutNulls } from '../../core/jose/jwk-members.js';
import { readJwkSet } from '../../core/keys/read-jwk-set.js';
import { isBeyondOpenSsl, weaknessOf } from '../../core/jose/key-algorithms.js';
import { finding, type Finding } from '../configuration-rule.js';
import { isOptionsObject } from '../options-object.js';
import { kindOf } from '../shown-value.js';
import { hasHoles, listFindings } from './list.rules.js';

const KEYS = { noList: 'Write { keys: [...] }.', empty: 'Put in the public keys of the issuer.' };
/** Members that only private keys have: RFC 7518 section 6, RFC 8037, RFC 9964. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];
/** The `kty` or `crv` of keys every runtime reads: one it cannot read is broken, not merely foreign. */
const READABLE: readonly unknown[] = ['RSA', 'P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448'];

/**
 * Judges a JWK Set in the configuration. Entries of no use are passed over as in a fetched set, and
 * named in the log; when nothing is left, what is wrong with each is a fault.
 */
export function* jwkSetFindings(value: unknown): Iterable<Finding> {
  const shape = jwkSetShapeFault(value);
  if (shape !== undefined) {
    yield finding(shape);
    return;
  }
  if (jwkSetAlgorithms(value) !== undefined) return;
  const { keys } = value as { keys: readonly unknown[] };
  let isFaulty = false;
  for (const found of listFindings(keys, KEYS, jwkFault)) {
    isFaulty = true;
    yield { ...found, path: `.keys${found.path}` };
  }
  if (!isFaulty) {
    yield finding(
      'no key in the set can verify a signature. Put in the keys that the issuer signs access tokens with.',
    );
  }
}

/** Why something is no JWK Set; `undefined` when it is one. */
export function jwkSetShapeFault(value: unknown): string | undefined {
  if (typeof value === 'string')
    return 'a string is not a JWK Set. Parse its text with JSON.parse().';
  if (isOptionsObject(value)) {
    if (Array.isArray(value['keys'])) return undefined;
    if (value['kty'] !== undefined) return 'a single key is not a JWK Set. Write { keys: [key] }.';
  }
  return `${kindOf(value)} is not a JWK Set. Write { keys: [...] }.`;
}

/** What the usable keys of a set can verify; `undefined` when none is usable, or it is no set or has holes. */
export function jwkSetAlgorithms(value: unknown): ReadonlySet<string> | undefined {
  const keys: unknown = isOptionsObject(value) ? value['keys'] : undefined;
  if (!Array.isArray(keys) || hasHoles(keys)) return undefined;
  const algorithms = readJwkSet(value)?.keys.algorithms();
  return algorithms?.size === 0 ? undefined : algorithms;
}

/** What is wrong with one key; `undefined` for one that is merely of no use here, such as for encryption. */
function jwkFault(entry: unknown): string | undefined {
  const jwk = withoutNulls(entry);
  if (!isOptionsObject(jwk)) return `${kindOf(jwk)} is not a JSON Web Key. Remove it.`;
  const secret = secretJwkFault(jwk);
  if (secret !== undefined) return secret;
  if (isBeyondOpenSsl(jwk))
    return 'the key is longer than any that can be verified with. Remove it.';
  try {
    const weakness = weaknessOf(createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
    return weakness === undefined
      ? undefined
      : `the key ${weakness}. Ask the issuer for a stronger one.`;
  } catch {
    if (!READABLE.includes(jwk['kty']) && !READABLE.includes(jwk['crv'])) return undefined;
    return 'the key cannot be read. Copy it whole.';
  }
}

/** Why a key has no place in a set of public keys; its content is not shown. */
export function secretJwkFault(jwk: Readonly<Record<string, unknown>>): string | undefined {
  if (jwk['kty'] === 'oct' || (jwk['k'] ?? undefined) !== undefined) {
    return 'a symmetric key is not a public key. Put a shared secret into keys.secret.';
  }
  if (PRIVATE_MEMBERS.every((name) => (jwk[name] ?? undefined) === undefined)) return undefined;
  return 'a private key, which only the issuer may hold. Give its public key, and replace this pair if it has left the issuer.';
}
