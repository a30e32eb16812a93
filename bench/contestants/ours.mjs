import { AuthModule, JwtAuthGuard } from '../../dist/esm/index.js';

/** @type {import('./index.mjs').Candidate} */
export const ours = {
  id: 'ours',
  label: '**nestjs-trusted-issuers**',
  verifies: () => true,
  adapters: ['express', 'fastify'],
  create: async (world) => guardingOf(world, { cached: true }),
};

/** @type {import('./index.mjs').Candidate} */
export const oursUncached = {
  ...ours,
  id: 'ours-uncached',
  label: '**nestjs-trusted-issuers**, `verifiedTokenCache: false`',
  create: async (world) => guardingOf(world, { cached: false }),
};

/** @type {import('./index.mjs').Candidate} */
export const oursByNodeCrypto = {
  ...ours,
  id: 'ours-node-crypto',
  label: '**nestjs-trusted-issuers**, `node:crypto`',
  create: async (world) => guardingOf(world, { cached: true, signatureVerifier: 'node:crypto' }),
};

/** @type {import('./index.mjs').Candidate} */
export const oursByNodeCryptoUncached = {
  ...ours,
  id: 'ours-node-crypto-uncached',
  label: '**nestjs-trusted-issuers**, `node:crypto`, `verifiedTokenCache: false`',
  create: async (world) => guardingOf(world, { cached: false, signatureVerifier: 'node:crypto' }),
};

function guardingOf(
  { issuer, audience, jwksUri, algorithm, cacheEntries },
  { cached, signatureVerifier },
) {
  return {
    module: AuthModule.forRoot({
      issuers: [{ issuer, audience, keys: { jwksUri }, algorithms: [algorithm] }],
      verifiedTokenCache: cached && { maxEntries: cacheEntries },
      signatureVerifier,
    }),
    guard: JwtAuthGuard,
  };
}
