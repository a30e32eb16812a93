import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { algorithmsOf } from './key-algorithms.js';
import type { VerificationKey } from './key-source.js';

/** More keys than this are not read from one set. */
const MAX_KEYS = 100;

/** A key set that was read: the usable keys, and how many entries were not. */
export interface KeySetReading {
  readonly keys: readonly VerificationKey[];
  /** Why entries were passed over, by position; for the log. */
  readonly skipped: readonly string[];
}

/**
 * Reads a JWK Set (RFC 7517 section 5). Entries that cannot verify a signature are passed over:
 * one broken key must not take the good ones with it.
 *
 * @returns `undefined` when it is no JWK Set at all.
 */
export function readJwkSet(document: unknown): KeySetReading | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const entries: unknown = (document as { keys?: unknown }).keys;
  if (!Array.isArray(entries)) return undefined;
  const keys: VerificationKey[] = [];
  const skipped: string[] = [];
  for (const [index, entry] of entries.slice(0, MAX_KEYS).entries()) {
    const read = readJwk(entry);
    if (typeof read === 'string') skipped.push(`keys[${index}]: ${read}`);
    else keys.push(read);
  }
  if (entries.length > MAX_KEYS) skipped.push(`keys beyond the first ${MAX_KEYS}`);
  return { keys, skipped };
}

/** One usable key, or why the entry is none. */
function readJwk(entry: unknown): VerificationKey | string {
  if (typeof entry !== 'object' || entry === null) return 'not an object';
  const { kty, use, key_ops, alg, kid, d, issuer } = entry as Record<string, unknown>;
  if (kty === 'oct') return 'a symmetric key';
  if (d !== undefined || 'priv' in entry) return 'a private key';
  if (use !== undefined && use !== 'sig') return 'not for signatures ("use")';
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return 'not for verification ("key_ops")';
  if (kid !== undefined && typeof kid !== 'string') return '"kid" is not a string';
  if (issuer !== undefined && typeof issuer !== 'string') return '"issuer" is not a string';
  try {
    const key = createPublicKey({ key: entry as JsonWebKey, format: 'jwk' });
    const algorithms = algorithmsOf(key).filter((name) => alg === undefined || alg === name);
    if (algorithms.length === 0) return 'too weak, or of no accepted algorithm';
    return { key, keyId: kid, issuer, algorithms };
  } catch {
    return 'not a key this runtime can read';
  }
}
