import { Race } from '../measure.mjs';
import { signerOf, tokenOfSize } from '../support/tokens.mjs';
import { serveKeys, worldOf } from '../support/world.mjs';
import { enter, entriesFor } from './entrants.mjs';
import { Headers } from './workloads.mjs';

/** Length of the whole token; the last is the longest that is accepted by default. */
const KIBIBYTES = [0.5, 1, 2, 4, 8, 16];
const MISSES = [
  ...['ours-miss', 'ours-node-crypto-miss', 'jsonwebtoken'],
  ...['auth-guard', 'passport-by-hand'],
];
const HITS = ['ours-hot', 'fast-jwt-hot'];
/** Longer tokens are not kept by our cache. */
const LONGEST_KEPT_KIBIBYTES = 8;

/**
 * How the cost of a token grows with its length.
 *
 * @param {import('../support/fixtures.mjs').Fixture} fixture
 * @param {{ sliceMs: number, maxMs: number, maxRounds: number }} limits
 */
export async function raceTokenSizes(fixture, limits) {
  const keyServer = await serveKeys([fixture.jwk]);
  const world = worldOf(fixture, { jwksUri: keyServer.uriOf(fixture.kid), cacheEntries: 100 });
  const signToken = signerOf(fixture);
  const rows = [];
  try {
    for (const size of KIBIBYTES) {
      const tokens = [];
      while (tokens.length < 200) tokens.push(await tokenOfSize(signToken, size * 1_024 - 4));
      const kept = size <= LONGEST_KEPT_KIBIBYTES;
      const only = kept ? [...MISSES, ...HITS] : MISSES;
      rows.push({ kibibytes: size, ...(await raceSize(world, tokens, { ...limits, only })) });
    }
  } finally {
    keyServer.close();
  }
  return rows;
}

async function raceSize(world, tokens, limits) {
  const headers = new Headers(tokens, 100);
  const entrants = [];
  try {
    for (const entry of entriesFor(world.algorithm, limits.only))
      entrants.push(await enter(entry, world, headers));
    const { maxMs } = limits;
    const race = await Race.run(entrants, { ...limits, maxMs: maxMs / KIBIBYTES.length });
    const kept = limits.only.includes('ours-hot');
    return {
      jsonwebtokenMicroseconds: race.netMicroseconds('jsonwebtoken', 'ceiling'),
      missOfJsonwebtoken: race.netRatio('ours-miss', 'jsonwebtoken', 'ceiling'),
      byHandOfJsonwebtoken: race.netRatio('passport-by-hand', 'jsonwebtoken', 'ceiling'),
      nodeCryptoMissOfJsonwebtoken: race.netRatio(
        'ours-node-crypto-miss',
        'jsonwebtoken',
        'ceiling',
      ),
      missOfAuthGuard: race.netRatio('ours-miss', 'auth-guard', 'ceiling'),
      hitMicroseconds: kept ? race.netMicroseconds('ours-hot', 'ceiling') : null,
      fastJwtHitMicroseconds: kept ? race.netMicroseconds('fast-jwt-hot', 'ceiling') : null,
    };
  } finally {
    for (const { close } of entrants) await close();
  }
}
