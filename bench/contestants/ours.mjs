import { AuthModule, JwtAuthGuard } from '../../dist/esm/index.js';

/** @type {import('./index.mjs').Candidate} */
export const ours = {
  id: 'ours',
  label: '**nestjs-trusted-issuers**',
  verifies: () => true,
  adapters: ['express', 'fastify'],
  create: async (world) => guardingOf(world, { maxEntries: world.cacheEntries }),
};

/** @type {import('./index.mjs').Candidate} */
export const oursUncached = {
  ...ours,
  id: 'ours-uncached',
  label: '**nestjs-trusted-issuers**, `verifiedTokenCache: false`',
  create: async (world) => guardingOf(world, false),
};

function guardingOf({ issuer, audience, jwksUri, algorithm }, verifiedTokenCache) {
  return {
    module: AuthModule.forRoot({
      issuers: [{ issuer, audience, keys: { jwksUri }, algorithms: [algorithm] }],
      verifiedTokenCache,
    }),
    guard: JwtAuthGuard,
  };
}
