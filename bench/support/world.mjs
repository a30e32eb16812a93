import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

/**
 * What every contestant is told: whom to trust, for which audience, with which key.
 *
 * @typedef {object} World
 * @property {string} algorithm
 * @property {string} issuer
 * @property {string} audience
 * @property {import('node:crypto').JsonWebKey & { kid: string }} jwk the issuer's public key
 * @property {import('node:crypto').KeyObject} publicKey the same
 * @property {string} jwksUri where the same is served, on loopback
 * @property {number} cacheEntries how many tokens a cache may hold, alike for all that have one
 */

export const ISSUER = 'https://login.example.com';
export const AUDIENCE = 'https://api.example.com';

const KEY_TYPES = {
  RS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
  ES384: ['ec', { namedCurve: 'P-384' }],
  EdDSA: ['ed25519', {}],
  'ML-DSA-44': ['ml-dsa-44', {}],
  'ML-DSA-65': ['ml-dsa-65', {}],
};

/**
 * A new key pair for an algorithm.
 *
 * @param {string} algorithm
 */
export function generateKeys(algorithm) {
  const [type, options] = KEY_TYPES[algorithm];
  return generateKeyPairSync(type, options);
}

/**
 * @param {{ algorithm: string, jwk: import('node:crypto').JsonWebKey & { kid: string } }} key
 * @param {{ jwksUri: string, cacheEntries: number }} options
 * @returns {World}
 */
export function worldOf({ algorithm, jwk }, { jwksUri, cacheEntries }) {
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return { algorithm, issuer: ISSUER, audience: AUDIENCE, jwk, publicKey, jwksUri, cacheEntries };
}

/**
 * Serves each key as a JWK Set of its own under `/<kid>`.
 *
 * @param {readonly { kid: string }[]} jwks
 * @returns {Promise<{ uriOf(kid: string): string, close(): void }>}
 */
export async function serveKeys(jwks) {
  const server = createServer((request, response) => {
    const keys = jwks.filter(({ kid }) => request.url === `/${kid}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address();
  return {
    uriOf: (kid) => `http://127.0.0.1:${port}/${kid}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
