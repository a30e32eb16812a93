import { createPublicKey, hash, type JsonWebKey } from 'node:crypto';
import { algorithmsOf, algorithmsOfJwk, isBeyondOpenSsl, narrowedBy } from './key-algorithms.js';

/** What the members of a JWK (RFC 7517 section 4) tell before it is parsed. */
export interface JwkMembers {
  readonly keyId: string | undefined;
  readonly issuer: string | undefined;
  readonly thumbprints: readonly string[];
  /** What its type can do, narrowed by its own `alg` member. */
  readonly algorithms: readonly string[];
  /** The key itself, without all that comes along. */
  readonly material: JsonWebKey;
  /** The same for two entries, in whatever order they are written, when they are one key for one use. */
  readonly name: string;
}

/** Members that only private keys have: RFC 7518 section 6, RFC 8037, RFC 9964. Secret keys have `k`. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'];

/** What a key is made of, by its type: RFC 7518 section 6, RFC 8037 section 2 and RFC 9964. */
const MATERIAL: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
  AKP: ['alg', 'pub'],
};

const READERS_CAN_SIGN = 'anyone who has read this set can sign tokens with it, so the issuer must';

/** The members of an entry of a set, or why it is no usable key, as far as that can be seen without parsing it. */
export function jwkMembers(given: unknown): JwkMembers | string {
  const entry = withoutNulls(given);
  const fault = visibleFault(entry);
  if (fault !== undefined) return fault;
  const jwk = entry as SoundJwk;
  const { kty, alg, kid: keyId, issuer } = jwk;
  const members = (MATERIAL[kty] ?? []).map((name) => [name, jwk[name]] as const);
  if (!members.every(([, value]) => typeof value === 'string')) return unreadable(jwk);
  const algorithms = algorithmsOfJwk(jwk);
  if (algorithms.length === 0) return 'of no accepted algorithm';
  const thumbprints = [jwk['x5t'], jwk['x5t#S256']].filter((text) => typeof text === 'string');
  const name = JSON.stringify([kty, keyId ?? null, issuer ?? null, alg, thumbprints, members]);
  const material: JsonWebKey = { kty, ...Object.fromEntries(members) };
  // It narrows what the key can do, whatever its type.
  if (alg !== undefined) material['alg'] = alg;
  return { keyId, issuer, thumbprints, algorithms, material, name };
}

/** What the usable entries of a set can verify. Parses no more keys than it takes to tell. */
export function verifiableBy(entries: readonly unknown[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of entries) {
    const members = jwkMembers(entry);
    if (typeof members === 'string' || members.algorithms.every((name) => found.has(name)))
      continue;
    for (const name of algorithmsOfMaterial(members.material)) found.add(name);
  }
  return found;
}

function algorithmsOfMaterial(jwk: JsonWebKey): readonly string[] {
  try {
    return narrowedBy(jwk['alg'], algorithmsOf(createPublicKey({ key: jwk, format: 'jwk' })));
  } catch {
    return [];
  }
}

/** A member that is `null` counts as absent: serializers write those that have no value. */
export function withoutNulls(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  const members = Object.entries(entry);
  const present = members.filter(([, value]) => value !== null);
  return present.length === members.length ? entry : Object.fromEntries(present);
}

/** An entry without a visible fault. */
interface SoundJwk extends Readonly<Record<string, unknown>> {
  readonly kty: string;
  readonly kid?: string;
  readonly issuer?: string;
}

function visibleFault(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'not an object';
  const { kty, use, key_ops, kid, d, issuer } = entry as Record<string, unknown>;
  if (kty === 'oct') return `a symmetric key: ${READERS_CAN_SIGN} replace it`;
  if (d !== undefined || 'priv' in entry)
    return `a private key: ${READERS_CAN_SIGN} replace the pair`;
  if (use !== undefined && use !== 'sig') return 'not for signatures ("use")';
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return 'not for verification ("key_ops")';
  if (isBeyondOpenSsl(entry)) return 'too long to verify with';
  if (kid !== undefined && typeof kid !== 'string') return '"kid" is not a string';
  if (issuer !== undefined && typeof issuer !== 'string') return '"issuer" is not a string';
  if (typeof kty !== 'string' || !Object.hasOwn(MATERIAL, kty)) return unreadable(entry);
  return undefined;
}

function unreadable(entry: object): string {
  return certificateAlone(entry) ?? 'not a key this runtime can read';
}

/** Of a key that can't be read: RFC 7517 sections 4.6 and 4.7, the key must be there beside its certificate. */
export function certificateAlone(entry: object): string | undefined {
  const certificate = ['x5c', 'x5u'].find((name) => name in entry);
  return (
    certificate &&
    `a certificate ("${certificate}") without the key itself, and certificates are not read: RSA needs "n" and "e", EC "crv", "x" and "y"`
  );
}

/**
 * The SHA-256 thumbprint of a public key, as `cnf.jkt` has it: of its members in the order of their names
 * (RFC 7638 section 3; of OKP by RFC 8037, of AKP by RFC 9964).
 */
export function jwkThumbprint(jwk: JsonWebKey): string {
  const names = ['kty', ...(MATERIAL[jwk.kty ?? ''] ?? [])].toSorted();
  const members = names.map((name) => [name, jwk[name]] as const);
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url');
}
