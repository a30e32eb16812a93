import { Race } from '../measure.mjs';
import { figureOf } from '../support/statistics.mjs';
import { serveKeys, worldOf } from '../support/world.mjs';
import { enterApart } from './apart.mjs';
import { entriesFor } from './entrants.mjs';

/** What others are compared with, where it knows the algorithm. */
const BASELINES = ['auth-guard', 'fast-jwt-miss'];

/** Quotients the report asks for: what one takes of what the other takes. */
const QUOTIENTS = {
  hitOfFastJwtHit: ['ours-hot', 'fast-jwt-hot'],
  missOfAuthGuard: ['ours-miss', 'auth-guard'],
  missOfUsualRecipe: ['ours-miss', 'usual-recipe'],
  missOfFastJwtMiss: ['ours-miss', 'fast-jwt-miss'],
  missOfJsonwebtoken: ['ours-miss', 'jsonwebtoken'],
  missOfJose64: ['ours-miss', 'jose-64'],
  storeOfMiss: ['ours-distinct', 'ours-miss'],
  nodeCryptoMissOfFastJwtMiss: ['ours-node-crypto-miss', 'fast-jwt-miss'],
  nodeCryptoStoreOfMiss: ['ours-node-crypto-distinct', 'ours-node-crypto-miss'],
};

/**
 * All candidates against each other with the tokens of one algorithm.
 *
 * @param {import('../support/fixtures.mjs').Fixture} fixture
 * @param {{ cacheEntries: number, sliceMs: number, maxMs: number, maxRounds: number, only?: readonly string[] }} limits
 */
export async function raceAlgorithm(fixture, limits) {
  const { algorithm, kid, jwk, tokens } = fixture;
  const keyServer = await serveKeys([jwk]);
  const { cacheEntries } = limits;
  const world = worldOf(fixture, { jwksUri: keyServer.uriOf(kid), cacheEntries });
  const entrants = await enterApart(entriesFor(algorithm, limits.only), { world, tokens });
  try {
    return { algorithm, ...summaryOf(await Race.run(entrants, limits), entrants) };
  } finally {
    for (const { close } of entrants) close();
    keyServer.close();
  }
}

function summaryOf(race, entrants) {
  const ids = new Set(entrants.map(({ id }) => id));
  const baseline = BASELINES.find((id) => ids.has(id)) ?? 'ceiling';
  const rows = entrants.map(({ id, label }) => ({
    id,
    label,
    microseconds:
      id === 'ceiling'
        ? figureOf(race.gross(id).map((value) => value / 1_000))
        : race.netMicroseconds(id, 'ceiling'),
    ratio:
      id === 'ceiling' || baseline === 'ceiling' ? null : race.netRatio(id, baseline, 'ceiling'),
  }));
  const quotients = Object.fromEntries(
    Object.entries(QUOTIENTS)
      .filter(([, pair]) => pair.every((id) => ids.has(id)))
      .map(([name, [id, other]]) => [name, race.netRatio(id, other, 'ceiling')]),
  );
  return { rows, quotients };
}
