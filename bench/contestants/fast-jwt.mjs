import { createVerifier } from 'fast-jwt';
import { guardWith } from './bearer-guard.mjs';

/** @type {import('./index.mjs').Candidate} */
export const fastJwt = {
  id: 'fast-jwt',
  label: 'guard with fast-jwt, its cache on',
  verifies: (algorithm) => /^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(algorithm),
  adapters: ['express', 'fastify'],
  create: async (world) => guardingOf(world, world.cacheEntries),
};

/** @type {import('./index.mjs').Candidate} */
export const fastJwtUncached = {
  ...fastJwt,
  id: 'fast-jwt-uncached',
  label: 'guard with fast-jwt, no cache',
  create: async (world) => guardingOf(world, false),
};

function guardingOf({ issuer, audience, publicKey, algorithm }, cache) {
  const verify = createVerifier({
    key: publicKey.export({ type: 'spki', format: 'pem' }),
    algorithms: [algorithm],
    allowedIss: issuer,
    allowedAud: audience,
    cache,
  });
  return { guard: guardWith(verify) };
}
