import { createPublicKey } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { AuthModule, JwtAuthGuard } from '../../dist/esm/index.js';
import { Race } from '../measure.mjs';
import { CLAIMS_BYTES } from '../support/fixtures.mjs';
import { claimsOf, signerOf } from '../support/tokens.mjs';
import { AUDIENCE } from '../support/world.mjs';
import { candidate } from '../contestants/index.mjs';
import { openGuard } from './guarded-call.mjs';
import { Headers } from './workloads.mjs';

/** How many tokens are sent in turn; so of at most so many different issuers. */
const TOKENS = 1_000;

/**
 * What a longer trust list costs: start-up, memory, and each request.
 *
 * @param {import('../support/fixtures.mjs').Fixture} fixture all issuers have its key
 * @param {{ issuerCounts: readonly number[], sliceMs: number, maxMs: number, maxRounds: number }} limits
 */
export async function raceIssuerCounts(fixture, limits) {
  const [first] = limits.issuerCounts;
  const floor = await openGuard(await candidate('ceiling').create());
  const fields = [];
  for (const count of limits.issuerCounts) fields.push(await fieldOf(fixture, count));
  const entrants = fields.flatMap(({ contestants }) => contestants);
  const headers = new Headers(fixture.tokens.slice(0, 1), 1).supply('hot');
  entrants.push({ id: 'ceiling', operate: () => floor.call(headers()) });
  const race = await Race.run(entrants, limits);
  for (const { close } of fields) await close();
  return fields.map(({ count, startMs, heapBytes }) => ({
    issuers: count,
    startMs,
    heapBytes,
    missMicroseconds: race.netMicroseconds(`miss-${count}`, 'ceiling'),
    missOfOne: race.netRatio(`miss-${count}`, `miss-${first}`, 'ceiling'),
    hitMicroseconds: race.netMicroseconds(`hit-${count}`, 'ceiling'),
    hitOfOne: race.netRatio(`hit-${count}`, `hit-${first}`, 'ceiling'),
    spreadHitMicroseconds: race.netMicroseconds(`spread-hit-${count}`, 'ceiling'),
    spreadHitOfOne: race.netRatio(`spread-hit-${count}`, `spread-hit-${first}`, 'ceiling'),
    bareOfOne: race.netRatio(`bare-${count}`, `bare-${first}`, 'ceiling'),
  }));
}

async function fieldOf(fixture, count) {
  const issuers = Array.from(
    { length: count },
    (_, index) => `https://issuer-${index}.example.com`,
  );
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const start = performance.now();
  const uncached = await openGuard(guardingOf(issuers, fixture, false));
  const startMs = performance.now() - start;
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed - heapBefore;
  const cached = await openGuard(guardingOf(issuers, fixture, { maxEntries: 10_000 }));

  const middle = issuers.slice(Math.floor(count / 2)).slice(0, 1);
  const misses = await supplyOf(issuers, fixture);
  const hits = await supplyOf(middle, fixture);
  const spreadHits = await supplyOf(issuers, fixture);
  const bare = bareCheckOf(issuers, fixture);
  for (let seen = 0; seen < TOKENS; seen++) {
    await cached.call(hits());
    await cached.call(spreadHits());
  }
  return {
    ...{ count, startMs, heapBytes },
    contestants: [
      { id: `miss-${count}`, operate: () => uncached.call(misses()) },
      { id: `hit-${count}`, operate: () => cached.call(hits()) },
      { id: `spread-hit-${count}`, operate: () => cached.call(spreadHits()) },
      { id: `bare-${count}`, operate: () => bare(misses()) },
    ],
    close: async () => {
      await uncached.close();
      await cached.close();
    },
  };
}

/** jsonwebtoken with a `Map` of keys: what the processor's cache alone makes of so many. */
function bareCheckOf(issuers, { jwk, algorithm }) {
  const keyOf = () => createPublicKey({ key: jwk, format: 'jwk' });
  const keys = new Map(issuers.map((issuer) => [issuer, keyOf()]));
  return (authorization) => {
    const token = authorization.slice('Bearer '.length);
    const { iss } = JSON.parse(Buffer.from(token.split('.', 2)[1], 'base64url'));
    const terms = { issuer: iss, audience: AUDIENCE, algorithms: [algorithm] };
    jsonwebtoken.verify(token, keys.get(iss), terms);
    return true;
  };
}

function guardingOf(issuers, { jwk, algorithm }, verifiedTokenCache) {
  const keys = { jwks: { keys: [jwk] } };
  return {
    module: AuthModule.forRoot({
      audience: AUDIENCE,
      issuers: issuers.map((issuer) => ({ issuer, keys, algorithms: [algorithm] })),
      verifiedTokenCache,
    }),
    guard: JwtAuthGuard,
  };
}

/** As many tokens for every list, so that a longer one has no more of them to keep warm. */
async function supplyOf(issuers, fixture) {
  const signToken = signerOf(fixture);
  const step = Math.max(1, issuers.length / TOKENS);
  const signed = Array.from({ length: TOKENS }, (_, index) => {
    const iss = issuers[Math.floor(index * step) % issuers.length];
    return signToken(claimsOf(CLAIMS_BYTES, { iss }));
  });
  return new Headers(await Promise.all(signed), TOKENS).supply('pool');
}
