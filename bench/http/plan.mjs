import { REFUSALS } from './scenarios.mjs';

/** Whom the demands on refusals are about. */
const COMPARED_ON_REFUSALS = ['ours', 'auth-guard-key-object'];
const QUICK = ['ceiling', 'ours', 'auth-guard-key-object', 'usual-recipe', 'fast-jwt'];
/** Enough to prove that Fastify is served; all others prove themselves on Express. */
const SMOKE_ON_FASTIFY = ['ours', 'auth-guard-key-object'];

/** The ceiling admits whatever comes; once is enough to show what no guard can go below. */
const refusalsFor = (candidate) => {
  if (candidate === 'ceiling') return REFUSALS.slice(0, 1);
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
    return [{ algorithm: first, among: QUICK, scenariosFor: () => ['hot'] }];
  if (http.extent === 'smoke') {
    const round = { algorithm: first, scenariosFor: () => ['hot', 'bad-signature'] };
    return [
      { ...round, adapters: ['express'] },
      { ...round, adapters: ['fastify'], among: SMOKE_ON_FASTIFY },
    ];
  }
  const withPool = (candidate) => ['pool', ...essential(candidate)];
  const essential = (candidate) => [...['hot', 'distinct'], ...refusalsFor(candidate)];
  const rounds = Array.from({ length: http.rounds }, (_, round) => ({
    algorithm: first,
    scenariosFor: round === 0 ? withPool : essential,
  }));
  const otherAlgorithms = others.map((algorithm) => ({
    algorithm,
    // A token that is remembered is not verified, whatever signed it.
    scenariosFor: () => ['distinct'],
  }));
  return [...rounds.slice(0, 2), ...otherAlgorithms, ...rounds.slice(2)];
}
