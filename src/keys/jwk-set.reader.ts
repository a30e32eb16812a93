import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { KEY_LIMITS } from '../config/defaults.js';
import { algorithmsOf, isBeyondOpenSsl, narrowedBy, weaknessOf } from './key-algorithms.js';
import { beyondTries, type VerificationKey } from './key-source.js';

/** A key set that was read: the usable keys, and how many entries were not. */
export interface KeySetReading {
  readonly keys: readonly VerificationKey[];
  /** Why entries were passed over, by position; for the log. */
  readonly skipped: readonly string[];
}

/**
 * Reads a JWK Set (RFC 7517 section 5). Entries that cannot verify a signature are passed over:
 * one broken key must not take the good ones with it. Parsing a key costs something, so that is done
 * for a bounded number of entries; what can be seen without it does not count.
 *
 * @returns `undefined` when it is no JWK Set at all.
 */
export function readJwkSet(document: unknown): KeySetReading | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const entries: unknown = (document as { keys?: unknown }).keys;
  if (!Array.isArray(entries)) return undefined;
  const keys: VerificationKey[] = [];
  const skipped: string[] = [];
  let parsed = 0;
  for (const [index, given] of entries.slice(0, KEY_LIMITS.entriesPerSet).entries()) {
    const entry = withoutNulls(given);
    let read: VerificationKey | string | undefined = visibleFault(entry);
    if (read === undefined) {
      if (parsed === KEY_LIMITS.keysPerSet) {
        skipped.push(`keys beyond the first ${parsed}`);
        break;
      }
      parsed += 1;
      read = parseJwk(entry as JsonWebKey);
    }
    if (typeof read === 'string') skipped.push(`keys[${index}]: ${read}`);
    else keys.push(read);
  }
  if (entries.length > KEY_LIMITS.entriesPerSet)
    skipped.push(`entries beyond the first ${KEY_LIMITS.entriesPerSet}`);
  skipped.push(...beyondTries(keys));
  return { keys, skipped };
}

/** A member that is `null` counts as absent: serializers write those that have no value. */
export function withoutNulls(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  const members = Object.entries(entry);
  const present = members.filter(([, value]) => value !== null);
  return present.length === members.length ? entry : Object.fromEntries(present);
}

/** Why an entry is no usable key, as far as that can be seen without parsing it. */
function visibleFault(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'not an object';
  const { kty, use, key_ops, kid, d, issuer } = entry as Record<string, unknown>;
  if (kty === 'oct') return 'a symmetric key';
  if (d !== undefined || 'priv' in entry) return 'a private key';
  if (use !== undefined && use !== 'sig') return 'not for signatures ("use")';
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return 'not for verification ("key_ops")';
  if (isBeyondOpenSsl(entry)) return 'longer than a key that can be verified with';
  if (kid !== undefined && typeof kid !== 'string') return '"kid" is not a string';
  if (issuer !== undefined && typeof issuer !== 'string') return '"issuer" is not a string';
  return undefined;
}

/** One usable key, or why the entry is none. */
function parseJwk(jwk: JsonWebKey): VerificationKey | string {
  const { alg, kid, issuer } = jwk as { alg?: unknown; kid?: string; issuer?: string };
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const algorithms = narrowedBy(alg, algorithmsOf(key));
    const thumbprints = [jwk['x5t'], jwk['x5t#S256']].filter((text) => typeof text === 'string');
    if (algorithms.length > 0) return { key, keyId: kid, issuer, thumbprints, algorithms };
    const weakness = weaknessOf(key);
    return weakness === undefined ? 'of no accepted algorithm' : `too weak: it ${weakness}`;
  } catch {
    return 'not a key this runtime can read';
  }
}
