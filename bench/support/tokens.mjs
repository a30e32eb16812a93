import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { AUDIENCE, ISSUER } from './world.mjs';

/** How `node:crypto` is asked for a signature of each algorithm. */
const SIGNING = {
  RS256: { hash: 'sha256', options: {} },
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { hash: 'sha384', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { hash: null, options: {} },
};

const LIFETIME_SECONDS = 24 * 3_600;

/**
 * Claims as an authorization server writes them, padded so that their JSON has the wanted length.
 *
 * @param {number} bytes
 * @param {Record<string, unknown>} [changes]
 */
export function claimsOf(bytes, changes = {}) {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: ISSUER,
    sub: randomUUID(),
    aud: AUDIENCE,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    jti: randomUUID(),
    client_id: 'notes-web',
    scope: 'openid profile notes:read notes:write',
    ...changes,
  };
  const spacious = {
    ...claims,
    auth_time: now,
    azp: 'notes-web',
    sid: randomUUID(),
    realm_access: { roles: ['offline_access', 'editor', 'reviewer'] },
    resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
    name: 'Alice Example',
    preferred_username: 'alice@example.com',
    email_verified: true,
  };
  const chosen = bytes >= 700 ? spacious : claims;
  const padding = bytes - JSON.stringify({ ...chosen, note: '' }).length;
  return padding < 0 ? chosen : { ...chosen, note: 'n'.repeat(padding) };
}

/**
 * A signer for one private key.
 *
 * @param {{ algorithm: string, kid: string, privateJwk: import('node:crypto').JsonWebKey }} key
 */
export function signerOf({ algorithm, kid, privateJwk }) {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const { hash, options } = SIGNING[algorithm];
  /** @param {object} claims @param {object} [header] @returns {Promise<string>} */
  return (claims, header = {}) => {
    const input = `${encode({ alg: algorithm, typ: 'at+jwt', kid, ...header })}.${encode(claims)}`;
    return new Promise((resolve, reject) => {
      sign(hash, Buffer.from(input), { key, ...options }, (error, signature) =>
        error ? reject(error) : resolve(`${input}.${signature.toString('base64url')}`),
      );
    });
  };
}

/**
 * A token of exactly so many characters, give or take two.
 *
 * @param {ReturnType<typeof signerOf>} signToken
 * @param {number} characters
 */
export async function tokenOfSize(signToken, characters) {
  const rest = (await signToken({})).length;
  return signToken(claimsOf(Math.floor(((characters - rest) * 3) / 4)));
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
