import { hash, type JsonWebKey } from 'node:crypto';

/** The members that make a key, in the order of RFC 7638 section 3.2; of OKP by RFC 8037, of AKP by RFC 9964. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  AKP: ['alg', 'kty', 'pub'],
};

/** The SHA-256 thumbprint of a public key (RFC 7638 section 3), as `cnf.jkt` has it. */
export function jwkThumbprint(jwk: JsonWebKey): string {
  const members = (MEMBERS[jwk.kty ?? ''] ?? []).map((name) => [name, jwk[name]] as const);
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url');
}
