import { BUDGET } from '../start/budget.mjs';
import { dpopTargets } from './dpop-targets.mjs';
import {
  ceilingOfAuthGuard,
  guardQuotient,
  guardRatio,
  httpQuotient,
  httpRatio,
  inverse,
  leastOfJose,
  NEW_TOKENS,
  onEach,
  onThreadsOfPassport,
  single,
} from './figures.mjs';
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
 * @property {(results: Record<string, any>) => readonly (number | undefined)[]} [bests] for each of the
 * figures the same of what does no more than it must: a guard that does nothing, a signature check alone
 */

/** @type {readonly Target[]} */
export const TARGETS = [
  ...perAdapter('all distinct, HTTP: user CPU, of `AuthGuard` + passport-jwt with a `KeyObject`', {
    express: { must: 1.08 },
    fastify: { must: 1.12 },
    scenarios: ['distinct'],
    quotient: 'userOfAuthGuard',
    best: byHandOfAuthGuard('userMicroseconds'),
  }),
  {
    what: '`node:crypto`, guard level, RS256: a miss, of fast-jwt’s without a cache',
    must: 0.95,
    figures: (results) => [guardQuotient(results, 'nodeCryptoMissOfFastJwtMiss')],
    bests: (results) => [guardRatio(results, 'crypto-by-hand', 'fast-jwt-miss')],
  },
  {
    what: '`node:crypto`, guard level, ES256 and EdDSA: the same',
    must: 1,
    figures: (results) =>
      ['ES256', 'EdDSA'].map((algorithm) =>
        guardQuotient(results, 'nodeCryptoMissOfFastJwtMiss', algorithm),
      ),
    bests: (results) =>
      ['ES256', 'EdDSA'].map((algorithm) =>
        guardRatio(results, 'crypto-by-hand', 'fast-jwt-miss', algorithm),
      ),
  },
  {
    what: '`node:crypto`, all distinct, HTTP, both adapters, RS256, ES256, EdDSA, ES384: requests a second, of jose’s',
    ...{ must: 1, aim: 1.1, atLeast: true },
    figures: (results) => onEach(results, 'nodeCryptoThroughputOfJose'),
  },
  {
    what: '`node:crypto`, the same: user CPU, of jose’s',
    must: 0.85,
    figures: (results) => onEach(results, 'nodeCryptoUserOfJose'),
    bests: (results) => NEW_TOKENS.map((where) => leastOfJose(results, where)),
  },
  {
    what: '`node:crypto`, ES384 at half load: event-loop delay p99, of passport-jwt’s',
    must: 0.35,
    figures: ({ delay }) => [delay?.nodeCryptoOfPassport],
    bests: ({ delay }) => [onThreadsOfPassport(delay)],
  },
  {
    what: 'no token, HTTP: user CPU, of a guard that returns a settled promise; Fastify',
    must: 1.7,
    figures: (results) => [
      httpQuotient(results, { adapter: 'fastify', id: 'missing', quotient: 'userOfSettled' }),
    ],
    bests: ({ http }) => [
      httpRatio(http, {
        ...{ adapter: 'fastify', id: 'missing', figure: 'userMicroseconds' },
        ...{ one: 'refusing-ceiling', other: 'settled-ceiling' },
      }),
    ],
  },
  {
    what: 'hot token, HTTP: user CPU, of a guard that returns a settled promise; Fastify',
    must: 1.06,
    figures: (results) => [
      httpQuotient(results, { adapter: 'fastify', id: 'hot', quotient: 'userOfSettled' }),
    ],
    bests: ({ http }) => [
      httpRatio(http, {
        ...{ adapter: 'fastify', id: 'hot', figure: 'userMicroseconds' },
        ...{ one: 'memory-by-hand', other: 'settled-ceiling' },
      }),
    ],
  },
  ...perAdapter('hot token, HTTP: CPU per request, of the ceiling’s', {
    express: { must: 1.1, aim: 1.05 },
    fastify: { must: 1.1, aim: 1.05 },
    quotient: 'hotCpuOfCeiling',
    best: rememberingOf('cpuMicroseconds', 'ceiling'),
  }),
  ...perAdapter('hot token, HTTP: throughput, of the usual recipe’s', {
    express: { must: 3.5, aim: 4 },
    fastify: { must: 10, aim: 13 },
    quotient: 'throughputOfUsualRecipe',
    best: rememberingOf('perSecond', 'usual-recipe'),
    atLeast: true,
  }),
  ...perAdapter('hot token, HTTP: throughput, of fast-jwt’s with its cache', {
    express: { must: 1.08, aim: 1.15 },
    fastify: { must: 1.4, aim: 1.7 },
    quotient: 'throughputOfFastJwt',
    best: rememberingOf('perSecond', 'fast-jwt'),
    atLeast: true,
  }),
  {
    what: 'hit, guard level: how often it fits into fast-jwt’s hit; the identity is frozen',
    ...{ must: 10, aim: 15, atLeast: true },
    figures: (results) => [inverse(guardQuotient(results, 'hitOfFastJwtHit'))],
    bests: (results) => [guardRatio(results, 'fast-jwt-hot', 'memory-by-hand')],
  },
  {
    what: 'all distinct, guard level: of `AuthGuard` + passport-jwt with a `KeyObject`',
    ...{ must: 1.15, aim: 1 },
    figures: (results) => [guardQuotient(results, 'missOfAuthGuard')],
    bests: (results) => [guardRatio(results, 'passport-by-hand', 'auth-guard')],
  },
  {
    what: 'all distinct, guard level: of the usual recipe',
    ...{ must: 0.23, aim: 0.18 },
    figures: (results) => [guardQuotient(results, 'missOfUsualRecipe')],
    bests: (results) => [guardRatio(results, 'passport-by-hand', 'usual-recipe')],
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
      best: ceilingOfAuthGuard,
    },
  ),
  ...perAdapter('refusals after a signature check: the same', {
    express: { must: 0.75, aim: 0.65 },
    fastify: { must: 0.75, aim: 0.65 },
    quotient: 'cpuOfAuthGuard',
    scenarios: REFUSALS_AFTER_SIGNATURE,
    best: byHandOfAuthGuard('cpuMicroseconds'),
  }),
  {
    what: '10,000 issuers, of 1: miss',
    must: 1.08,
    figures: ({ guard }) => [guard?.issuers?.at(-1)?.missOfOne],
    bests: ({ guard }) => [guard?.issuers?.at(-1)?.bareOfOne.median],
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
    ...{ must: 1.2, aim: 1.06 },
    figures: ({ guard }) =>
      (guard?.sizes ?? []).map(({ missOfJsonwebtoken }) => missOfJsonwebtoken),
    bests: ({ guard }) =>
      (guard?.sizes ?? []).map(({ byHandOfJsonwebtoken }) => byHandOfJsonwebtoken.median),
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
  ...dpopTargets(),
  {
    what: '1,000,000 revocations, hot token, HTTP: CPU per request, of that without the option',
    must: 1.03,
    figures: ({ revocation }) => [revocation?.overHttp.cpuOfWithout],
  },
  {
    what: '1,000,000 revocations, hot token, guard level: µs added',
    must: 0.3,
    figures: ({ revocation }) => [revocation?.atGuard.addedMicroseconds],
  },
  {
    what: '1,000,000 revocations: seconds to load them from Redis',
    must: 5,
    figures: ({ revocation }) => [revocation?.redis && single(revocation.redis.loadMs / 1_000)],
  },
  {
    what: 'a revocation seen by another process through Redis, p99, ms; 1,000 requests a second',
    must: 1_000,
    figures: ({ revocation }) => [revocation?.redis && single(revocation.redis.seen.p99)],
  },
  ...['express', 'fastify'].map((adapter) => ({
    what: `opaque token, answer remembered: CPU per request, of a JWT’s; ${adapter === 'express' ? 'Express' : 'Fastify'}`,
    must: 1.15,
    figures: ({ introspection }) => [
      introspection?.hot.find((row) => row.adapter === adapter)?.opaqueOfJwt,
    ],
  })),
  {
    what: '1,000 requests at once with one new opaque token: calls to the endpoint',
    must: 1,
    figures: ({ introspection }) => [introspection && single(introspection.crowd.calls)],
  },
  {
    what: 'flood of random tokens: calls under way, of `maxConcurrent`',
    must: 1,
    figures: ({ introspection }) => [
      introspection && single(introspection.flood.greatestUnderWay / introspection.cap),
    ],
  },
  {
    what: 'flood of random tokens: p99 of another issuer’s JWTs, of that beside malformed tokens',
    must: 1.2,
    figures: ({ introspection }) => [introspection?.flood.randomOfMalformed],
    bests: ({ introspection }) => [introspection?.flood.bareOfMalformed.median],
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
export function verdictOn({ must, aim, atLeast = false, figures, bests }, results) {
  const all = figures(results);
  const measured = all.filter(Boolean);
  if (measured.length === 0) return { figure: undefined, best: undefined, verdict: 'not measured' };
  const worst = measured.reduce((one, other) =>
    atLeast === other.median < one.median ? other : one,
  );
  const best = bests?.(results)[all.indexOf(worst)];
  const reaches = (bound) => (atLeast ? worst.median >= bound : worst.median <= bound);
  if (must !== undefined && !reaches(must)) return { figure: worst, best, verdict: '**missed**' };
  const verdicts = [
    must !== undefined && 'met',
    aim !== undefined && reaches(aim) && 'aim reached',
  ];
  return {
    figure: worst,
    best,
    verdict: verdicts.filter(Boolean).join(', ') || 'aim not reached',
  };
}

/** What a guard comes to that looks issuers up for passport. */
function byHandOfAuthGuard(figure) {
  const pair = { one: 'passport-by-hand', other: 'auth-guard-key-object' };
  return (http, where) => httpRatio(http, { ...where, figure, ...pair });
}

/** What a guard comes to that finds its tokens in a `Map`. */
function rememberingOf(figure, other) {
  return (http, where) => httpRatio(http, { ...where, figure, one: 'memory-by-hand', other });
}

function perAdapter(what, { express, fastify, quotient, scenarios = ['hot'], atLeast, best }) {
  const target = (adapter, bounds) => ({
    what: `${what}; ${adapter === 'express' ? 'Express' : 'Fastify'}`,
    ...{ ...bounds, atLeast },
    figures: (results) => scenarios.map((id) => httpQuotient(results, { adapter, id, quotient })),
    ...(best && { bests: ({ http }) => scenarios.map((id) => best(http, { adapter, id })) }),
  });
  return [target('express', express), target('fastify', fastify)];
}
