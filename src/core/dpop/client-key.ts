import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { jwkMembers, jwkThumbprint, PRIVATE_MEMBERS, withoutNulls } from '../jose/jwk-members.js';
import { algorithmsOf, narrowedBy, weaknessOf } from '../jose/key-algorithms.js';
import type { VerificationKey } from '../keys/key-source.js';

/** The public key of a client, out of the header of a proof. */
export interface ClientKey extends VerificationKey {
  /** What `cnf.jkt` of its tokens says (RFC 9449 section 6.1). */
  readonly thumbprint: string;
}

/** Every caller chooses its key, and pays nothing for what a check with a longer one costs. */
const MAX_RSA_BITS = 4_096;

/** Another spelling of the same bytes would be another thumbprint. */
const BASE64URL = /^[\w-]+$/;

/**
 * Reads the `jwk` of a proof's header (RFC 9449 sections 4.2 and 4.3).
 *
 * @returns the key, or why it is not one, as the rest of a sentence that begins with `"jwk"`.
 */
export function readClientKey(jwk: unknown): ClientKey | string {
  const fault = visibleFault(jwk);
  if (fault !== undefined) return fault;
  const members = jwkMembers(jwk);
  if (typeof members === 'string') return `is no usable key: ${members}`;
  const { material } = members;
  if (!isCanonical(material)) return 'has a member that is not base64url';
  try {
    const key = createPublicKey({ key: material, format: 'jwk' });
    const weakness = weaknessOf(key) ?? lengthFault(key);
    if (weakness !== undefined) return weakness;
    return {
      ...{ key, keyId: undefined, issuer: undefined },
      thumbprint: jwkThumbprint(material),
      algorithms: narrowedBy(material['alg'], algorithmsOf(key)),
    };
  } catch {
    return 'is not a key that this runtime can read';
  }
}

function visibleFault(jwk: unknown): string | undefined {
  if (jwk === undefined) return 'is absent';
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return 'is not an object';
  const members = withoutNulls(jwk) as Readonly<Record<string, unknown>>;
  if ([...PRIVATE_MEMBERS, 'k'].some((name) => members[name] !== undefined))
    return 'holds a private or secret key: the client must make a new pair, and send its public key alone';
  const { n } = members;
  return typeof n === 'string' && n.length > Math.ceil(MAX_RSA_BITS / 6) ? TOO_LONG : undefined;
}

const TOO_LONG = `is an RSA key of more than ${MAX_RSA_BITS} bits`;

function lengthFault({ asymmetricKeyDetails }: KeyObject): string | undefined {
  return (asymmetricKeyDetails?.modulusLength ?? 0) > MAX_RSA_BITS ? TOO_LONG : undefined;
}

function isCanonical({ kty: _kty, crv: _crv, alg: _alg, ...numbers }: JsonWebKey): boolean {
  return Object.values(numbers).every((text) => BASE64URL.test(String(text)));
}
