import { BUDGET } from '../start/budget.mjs';
import { REFUSALS_AFTER_SIGNATURE, REFUSALS_BEFORE_SIGNATURE } from '../http/scenarios.mjs';

/**
 * A demand, and where its figures stand in the results. The worst of them is what counts.
 *
 * @typedef {object} Target
 * @property {string} what
 * @property {number} [must] absent: to be reported
 * @property {number} [aim]
 * @property {boolean} [atLeast] the figure must not be smaller; otherwise it must not be greater
 * @property {(results: Record<string, any>) => readonly (import('../support/statistics.mjs').Figure | null | undefined)[]} figures
 */

/** @type {readonly Target[]} */
export const TARGETS = [
  ...perAdapter('hot token, HTTP: CPU per request, of the ceiling’s', {
    express: { must: 1.1, aim: 1.05 },
    fastify: { must: 1.1, aim: 1.05 },
    quotient: 'hotCpuOfCeiling',
  }),
  ...perAdapter('hot token, HTTP: throughput, of the usual recipe’s', {
    express: { must: 3.5, aim: 4 },
    fastify: { must: 10, aim: 13 },
    quotient: 'throughputOfUsualRecipe',
    atLeast: true,
  }),
  ...perAdapter('hot token, HTTP: throughput, of fast-jwt’s with its cache', {
    express: { must: 1.08, aim: 1.15 },
    fastify: { must: 1.4, aim: 1.7 },
    quotient: 'throughputOfFastJwt',
    atLeast: true,
  }),
  {
    what: 'hit, guard level: how often it fits into fast-jwt’s hit; the identity is frozen',
    ...{ must: 10, aim: 15, atLeast: true },
    figures: (results) => [inverse(guardQuotient(results, 'hitOfFastJwtHit'))],
  },
  {
    what: 'all distinct, guard level: of `AuthGuard` + passport-jwt with a `KeyObject`',
    ...{ must: 1.15, aim: 1 },
    figures: (results) => [guardQuotient(results, 'missOfAuthGuard')],
  },
  {
    what: 'all distinct, guard level: of the usual recipe',
    ...{ must: 0.23, aim: 0.18 },
    figures: (results) => [guardQuotient(results, 'missOfUsualRecipe')],
  },
  {
    what: 'storing and evicting: a miss with the cache on, of one with it off',
    must: 1.03,
    figures: (results) => [guardQuotient(results, 'storeOfMiss')],
  },
  ...perAdapter(
    'refusals without a signature check: CPU per request, of `AuthGuard` + `KeyObject`',
    {
      express: { must: 0.55, aim: 0.38 },
      fastify: { must: 0.3, aim: 0.2 },
      quotient: 'cpuOfAuthGuard',
      scenarios: REFUSALS_BEFORE_SIGNATURE,
    },
  ),
  ...perAdapter('refusals after a signature check: the same', {
    express: { must: 0.75, aim: 0.65 },
    fastify: { must: 0.75, aim: 0.65 },
    quotient: 'cpuOfAuthGuard',
    scenarios: REFUSALS_AFTER_SIGNATURE,
  }),
  {
    what: '10,000 issuers, of 1: miss',
    ...{ must: 1.15, aim: 1.08 },
    figures: ({ guard }) => [guard?.issuers?.at(-1)?.missOfOne],
  },
  {
    what: '10,000 issuers, of 1: hit; tokens of one issuer',
    ...{ must: 1.05, aim: 1 },
    figures: ({ guard }) => [guard?.issuers?.at(-1)?.hitOfOne],
  },
  {
    what: '10,000 issuers, of 1: hit; tokens of 1,000 issuers',
    ...{ must: 1.05, aim: 1 },
    figures: ({ guard }) => [guard?.issuers?.at(-1)?.spreadHitOfOne],
  },
  {
    what: 'token size 0.5 to 16 KiB: a miss, of bare jsonwebtoken’s, at the worst size',
    ...{ must: 1.3, aim: 1.06 },
    figures: ({ guard }) =>
      (guard?.sizes ?? []).map(({ missOfJsonwebtoken }) => missOfJsonwebtoken),
  },
  {
    what: 'heap after 1,000,000 distinct tokens seen, of that after as many as `maxEntries`',
    must: 1.1,
    figures: ({ memory }) => [memory && single(memory.growth)],
  },
  {
    what: 'bytes per entry of a full cache',
    aim: 1_600,
    figures: ({ memory }) => [memory && single(memory.rows.at(-1).bytesPerEntry)],
  },
  ...['cpuMs', 'residentBytes'].map((unit) => ({
    what: `import and start: ${unit === 'cpuMs' ? 'CPU' : 'resident memory'}, of an empty Nest app’s; the budget of CI`,
    must: BUDGET[unit],
    figures: ({ start }) => (start?.adapters ?? []).map(({ ratios }) => single(ratios[unit])),
  })),
];

/**
 * What was measured for a target, and whether that is enough.
 *
 * @param {Target} target
 * @param {Record<string, any>} results
 */
export function verdictOn({ must, aim, atLeast = false, figures }, results) {
  const measured = figures(results).filter(Boolean);
  if (measured.length === 0) return { figure: undefined, verdict: 'not measured' };
  const worst = measured.reduce((one, other) =>
    atLeast === other.median < one.median ? other : one,
  );
  const reaches = (bound) => (atLeast ? worst.median >= bound : worst.median <= bound);
  if (must !== undefined && !reaches(must)) return { figure: worst, verdict: '**missed**' };
  const verdicts = [
    must !== undefined && 'met',
    aim !== undefined && reaches(aim) && 'aim reached',
  ];
  return { figure: worst, verdict: verdicts.filter(Boolean).join(', ') || 'aim not reached' };
}

function perAdapter(what, { express, fastify, quotient, scenarios = ['hot'], atLeast }) {
  const target = (adapter, bounds) => ({
    what: `${what}; ${adapter === 'express' ? 'Express' : 'Fastify'}`,
    ...{ ...bounds, atLeast },
    figures: (results) => scenarios.map((id) => httpQuotient(results, { adapter, id, quotient })),
  });
  return [target('express', express), target('fastify', fastify)];
}

/** Measured once. */
const single = (value) => ({ median: value, q1: value, q3: value, count: 1 });

const guardQuotient = ({ guard }, name) => guard?.algorithms?.[0]?.quotients[name];

function httpQuotient({ http }, { adapter, id, quotient }) {
  const found = http?.tables.find(
    (table) => table.algorithm === 'RS256' && table.adapter === adapter && table.scenario === id,
  );
  return found?.quotients[quotient];
}

function inverse(figure) {
  if (!figure) return figure;
  const { median, q1, q3, count } = figure;
  return { median: 1 / median, q1: 1 / q3, q3: 1 / q1, count };
}
