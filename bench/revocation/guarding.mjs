import { setTimeout as delay } from 'node:timers/promises';
import { AuthModule, JwtAuthGuard, Revocations } from '../../dist/esm/index.js';

/**
 * Our guard, with a store of revocations or without the option.
 *
 * @param {import('../support/world.mjs').World} world
 * @param {object | undefined} store
 */
export function guardingWith({ issuer, audience, jwksUri, algorithm, cacheEntries }, store) {
  return {
    module: AuthModule.forRoot({
      issuers: [{ issuer, audience, keys: { jwksUri }, algorithms: [algorithm] }],
      verifiedTokenCache: { maxEntries: cacheEntries },
      ...(store && { revocation: { store } }),
    }),
    guard: JwtAuthGuard,
  };
}

/**
 * Waits until an application has loaded its marks.
 *
 * @param {import('@nestjs/common').INestApplicationContext} application
 * @returns {Promise<import('../../dist/esm/index.js').RevocationStatus>}
 */
export async function loaded(application) {
  const revocations = application.get(Revocations);
  while (revocations.status()?.state === 'loading') await delay(5);
  return revocations.status();
}
