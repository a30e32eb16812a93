import { REFUSALS, REFUSALS_AFTER_SIGNATURE } from './scenarios.mjs';

/** Whom the demands on refusals are about. */
const COMPARED_ON_REFUSALS = ['ours', 'auth-guard-key-object'];
/** Those that do nothing are loaded without a token, too, to show what no guard can go below. */
const CEILINGS = ['ceiling', 'settled-ceiling'];
/** It refuses, so it is only asked without a token: no refusal can be cheaper. */
const REFUSING = 'refusing-ceiling';
/** Limits that are loaded with what they are about. */
const LIMITS = {
  'passport-by-hand': ['distinct', ...REFUSALS_AFTER_SIGNATURE],
  'memory-by-hand': ['hot'],
  [REFUSING]: REFUSALS.slice(0, 1),
};
/** Whom the demands on new tokens are about. */
const COMPARED_ON_NEW_TOKENS = [
  'ours',
  'ours-node-crypto',
  'auth-guard-key-object',
  'jose',
  'fast-jwt',
];
/** Who keeps tokens, and what they are held against. */
const COMPARED_ON_POOLS = ['ceiling', 'ours', 'fast-jwt', 'auth-guard-key-object'];
/** Whom the demands are about. */
const DEMANDED = [...CEILINGS, ...COMPARED_ON_NEW_TOKENS, 'usual-recipe'];
/** Enough to prove that Fastify is served; all others prove themselves on Express. */
const SMOKE_ON_FASTIFY = ['ours', 'auth-guard-key-object'];

/** The ceiling admits whatever comes; once is enough to show what no guard can go below. */
const refusalsFor = (candidate) => {
  if (CEILINGS.includes(candidate)) return REFUSALS.slice(0, 1);
  return COMPARED_ON_REFUSALS.includes(candidate) ? REFUSALS : [];
};

/**
 * One round: fresh processes, each loaded once under each of its scenarios.
 *
 * @typedef {object} Round
 * @property {string} algorithm
 * @property {readonly string[]} [among] candidates; absent: all
 * @property {readonly string[]} [adapters] absent: both
 * @property {(candidate: string) => readonly string[]} scenariosFor
 */

/**
 * The rounds in the order of their weight: when time runs out, the last ones are left out.
 *
 * @param {{ algorithms: readonly string[], http: { rounds: number, extent: string } }} settings
 * @returns {Round[]}
 */
export function planOf({ algorithms, http }) {
  const [first, ...others] = algorithms;
  if (http.extent === 'quick')
    return [{ algorithm: first, among: DEMANDED, scenariosFor: () => ['hot'] }];
  if (http.extent === 'smoke') {
    const round = { algorithm: first, scenariosFor: () => ['hot', 'bad-signature'] };
    return [
      { ...round, adapters: ['express'] },
      { ...round, adapters: ['fastify'], among: SMOKE_ON_FASTIFY },
    ];
  }
  const everything = {
    algorithm: first,
    scenariosFor: (candidate) =>
      COMPARED_ON_POOLS.includes(candidate) ? ['hot', 'pool', 'distinct'] : ['hot', 'distinct'],
  };
  const demands = {
    algorithm: first,
    among: [...DEMANDED, ...Object.keys(LIMITS)],
    scenariosFor: (candidate) =>
      LIMITS[candidate] ?? [
        'hot',
        ...(COMPARED_ON_NEW_TOKENS.includes(candidate) ? ['distinct'] : []),
        ...refusalsFor(candidate),
      ],
  };
  const otherAlgorithms = others.map((algorithm) => ({
    algorithm,
    // A token that is remembered is not verified, whatever signed it.
    scenariosFor: () => ['distinct'],
  }));
  const newTokens = others.map((algorithm) => ({
    algorithm,
    among: COMPARED_ON_NEW_TOKENS,
    scenariosFor: () => ['distinct'],
  }));
  const more = Array.from({ length: http.rounds - 1 }, () => [demands, ...newTokens]).flat();
  return [everything, demands, ...otherAlgorithms, ...more];
}
