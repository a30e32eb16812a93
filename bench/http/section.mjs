import { candidate } from '../contestants/index.mjs';
import { shuffle } from '../support/statistics.mjs';
import { serveKeys } from '../support/world.mjs';
import { crewOf, startFleet } from './fleet.mjs';
import { load, warmUp } from './load.mjs';
import { planOf } from './plan.mjs';
import { scenariosOf } from './scenarios.mjs';
import { summaryOf } from './summary.mjs';

/** Servers must start before anything is measured. */
const LEAST_FOR_A_ROUND_MS = 25_000;

/**
 * What a guard costs a server under load, by Nest's two adapters.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, fixtures, progress }) {
  const { cacheEntries, http } = settings;
  const keyServer = await serveKeys(fixtures.map(({ jwk }) => jwk));
  const plan = planOf(settings);
  const hasBudget = http.extent !== 'smoke';
  const end = hasBudget ? performance.now() + http.budgetMs : Number.POSITIVE_INFINITY;
  const cells = [];
  let rounds = 0;
  for (const round of plan) {
    if (rounds > 0 && performance.now() + LEAST_FOR_A_ROUND_MS > end) break;
    rounds++;
    progress(`round ${rounds} of at most ${plan.length}: ${round.algorithm}`);
    const fixture = fixtures.find(({ algorithm }) => algorithm === round.algorithm);
    const options = { jwksUri: keyServer.uriOf(fixture.kid), cacheEntries };
    const measured = await measureRound(round, { fixture, options, http, progress, end });
    cells.push(...measured.map((cell) => ({ ...cell, round: rounds })));
  }
  keyServer.close();
  return { plannedRounds: plan.length, rounds, warmUp: http.warmUp, ...summaryOf(cells) };
}

async function measureRound(round, { fixture, options, http, progress, end }) {
  const { algorithm, scenariosFor } = round;
  const scenarios = await scenariosOf(fixture, options.cacheEntries);
  const servers = await startFleet(crewOf(algorithm, round), fixture, options);
  progress(`  ${servers.length} servers are up`);
  const cells = [];
  try {
    for (const server of shuffle(servers)) {
      const awaiting = scenariosFor(server.candidate).map((id) => scenarios[id]);
      await warmUp(server, mixtureOf(awaiting, http.warmUp.requests), http.warmUp);
    }
    const scenarioIds = [...new Set(servers.flatMap((server) => scenariosFor(server.candidate)))];
    for (const [index, id] of inFairOrder(scenarioIds).entries()) {
      // On a machine that is too slow for the plan, a part of a round is better than none.
      if (index > 0 && performance.now() > end) break;
      for (const server of shuffle(servers)) {
        if (!scenariosFor(server.candidate).includes(id)) continue;
        cells.push(await measureCell(server, scenarios[id], { algorithm, http }));
      }
    }
  } finally {
    for (const { stop } of servers) stop();
  }
  return cells;
}

/**
 * Whatever a server will be asked: a server in use has seen it all. Half of it new tokens, where it gets
 * any: who keeps tokens would otherwise have done the longest of its work least often.
 */
function mixtureOf(scenarios, count) {
  const others = scenarios.filter(({ id }) => id !== 'distinct');
  const distinct = scenarios.filter(({ id }) => id === 'distinct');
  const kinds = [
    ...others,
    ...distinct.flatMap((one) => Array(Math.max(1, others.length)).fill(one)),
  ];
  const taken = new Map();
  return Array.from({ length: count }, (_, index) => {
    const { id, rehearsal } = kinds[index % kinds.length];
    const next = taken.get(id) ?? 0;
    taken.set(id, next + 1);
    return rehearsal[next % rehearsal.length];
  });
}

/** What a cache still holds of the pool would be found again among the distinct ones. */
const inFairOrder = (scenarioIds) => [
  ...shuffle(scenarioIds.filter((id) => id !== 'pool')),
  ...scenarioIds.filter((id) => id === 'pool'),
];

async function measureCell(server, scenario, { algorithm, http }) {
  if (scenario.id === 'pool') await showAllTokens(server, scenario);
  const { settleMs, windowMs } = http;
  const times = { settleMs, windowMs, awake: !scenario.admitted };
  const { statuses, ...cost } = await load(server, scenario.authorizations, times);
  requireOutcome(server, scenario, Object.keys(statuses));
  return { algorithm, ...serverOf(server), scenario: scenario.id, statuses, ...cost };
}

/**
 * A cache has nothing to show for itself before it has seen the tokens: once to take them in, once to
 * push out what was there, and once more for what is made when a token is first seen again.
 */
async function showAllTokens(server, { authorizations }) {
  if (!['ours', 'ours-node-crypto', 'fast-jwt'].includes(server.candidate)) return;
  const requests = authorizations.length * 3;
  await warmUp(server, authorizations, { requests, maxMs: 15_000 });
}

/** A server that lets the wrong ones in, or keeps the right ones out, must not be in the tables. */
function requireOutcome({ candidate: id, adapter }, scenario, statuses) {
  if (id.endsWith('ceiling')) return;
  const right = statuses.every((status) => (status === '200') === scenario.admitted);
  if (!right || statuses.length === 0)
    throw new Error(`${id} on ${adapter}, ${scenario.label}: answered ${statuses.join(', ')}`);
}

const serverOf = (server) => ({
  candidate: server.candidate,
  label: candidate(server.candidate).label,
  adapter: server.adapter,
});
