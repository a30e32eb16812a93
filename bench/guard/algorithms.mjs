import { Race } from '../measure.mjs';
import { figureOf } from '../support/statistics.mjs';
import { serveKeys, worldOf } from '../support/world.mjs';
import { enter, entriesFor } from './entrants.mjs';
import { Headers } from './workloads.mjs';

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
 * Who finds its tokens again races apart and first. A hit takes so little that the calls, the compiled
 * code and the garbage of a dozen other contestants in the process would add half as much again; a
 * server has one guard.
 */
const RACES = [
  { share: 0.25, admits: ({ workload }) => workload !== 'distinct' },
  { share: 0.75, admits: ({ id, workload }) => id === 'ceiling' || workload === 'distinct' },
];

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
  const headers = new Headers(tokens, cacheEntries);
  const entered = entriesFor(algorithm, limits.only);
  try {
    const parts = [];
    for (const { share, admits } of RACES) {
      const entries = entered.filter(admits);
      parts.push(
        await raceOf(entries, { world, headers }, { ...limits, maxMs: limits.maxMs * share }),
      );
    }
    return together(algorithm, ...parts);
  } finally {
    keyServer.close();
  }
}

async function raceOf(entries, { world, headers }, limits) {
  const entrants = [];
  try {
    for (const entry of entries) entrants.push(await enter(entry, world, headers));
    return summaryOf(await Race.run(entrants, limits), entrants);
  } finally {
    for (const { close } of entrants) await close();
  }
}

/** Between races only medians can be compared. */
function together(algorithm, hits, misses) {
  const base = misses.rows.find(({ id }) => id === misses.baseline);
  const against = ({ microseconds }) =>
    misses.baseline === 'ceiling'
      ? null
      : figureOf([microseconds.median / base.microseconds.median]);
  const rows = hits.rows
    .filter(({ id }) => id !== 'ceiling')
    .map((row) => ({ ...row, ratio: against(row) }));
  return {
    algorithm,
    ceilingOfHits: hits.rows.find(({ id }) => id === 'ceiling').microseconds,
    rows: [...rows, ...misses.rows],
    quotients: { ...hits.quotients, ...misses.quotients },
  };
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
  return { baseline, rows, quotients };
}
