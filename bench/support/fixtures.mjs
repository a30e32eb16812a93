import { randomUUID } from 'node:crypto';
import { claimsOf, signerOf } from './tokens.mjs';
import { generateKeys } from './world.mjs';

/** Bytes of the claims of every token that is not about size. */
export const CLAIMS_BYTES = 800;

/**
 * A key of the issuer and the tokens it signed before anything is measured.
 *
 * @typedef {object} Fixture
 * @property {string} algorithm
 * @property {string} kid
 * @property {import('node:crypto').JsonWebKey & { kid: string }} jwk
 * @property {import('node:crypto').JsonWebKey} privateJwk
 * @property {string[]} tokens all different, all valid
 */

/**
 * Signs on the thread pool, because RSA signatures are slow to make.
 *
 * @param {readonly string[]} algorithms
 * @param {number} count tokens of each
 * @returns {Promise<Fixture[]>}
 */
export async function mintFixtures(algorithms, count) {
  const fixtures = [];
  for (const algorithm of algorithms) fixtures.push(await mintFixture(algorithm, count));
  return fixtures;
}

async function mintFixture(algorithm, count) {
  const { publicKey, privateKey } = generateKeys(algorithm);
  const kid = randomUUID();
  const privateJwk = privateKey.export({ format: 'jwk' });
  const signToken = signerOf({ algorithm, kid, privateJwk });
  const tokens = [];
  while (tokens.length < count) {
    const batch = Math.min(500, count - tokens.length);
    const signed = Array.from({ length: batch }, () => signToken(claimsOf(CLAIMS_BYTES)));
    tokens.push(...(await Promise.all(signed)));
  }
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: algorithm };
  return { algorithm, kid, jwk, privateJwk, tokens };
}
