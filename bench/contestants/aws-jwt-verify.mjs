import { JwtVerifier } from 'aws-jwt-verify';
import { guardWith } from './bearer-guard.mjs';

/**
 * Given its keys beforehand: it fetches from https only.
 *
 * @type {import('./index.mjs').Candidate}
 */
export const awsJwtVerify = {
  id: 'aws-jwt-verify',
  label: 'guard with aws-jwt-verify',
  verifies: (algorithm) => /^(RS|ES)(256|384|512)$|^EdDSA$/.test(algorithm),
  adapters: ['express', 'fastify'],
  async create({ issuer, audience, jwk }) {
    const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/keys` });
    verifier.cacheJwks({ keys: [jwk] });
    return { guard: guardWith((token) => verifier.verifySync(token)) };
  },
};
