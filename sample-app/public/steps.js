/** @import { Trace } from './api.js' */

/** The steps of docs/request-path.md: eight for the token, and what the route demands beyond it. */
export const STEPS = [
  { name: 'request', does: 'takes one token out of the request' },
  { name: 'cache', does: 'knows these very bytes from before?' },
  { name: 'form', does: 'is it a well-formed JWS?' },
  { name: 'issuer', does: 'is its issuer on the list, letter by letter?' },
  { name: 'key', does: 'has that issuer a key for this alg and kid?' },
  { name: 'signature', does: 'does the signature verify?' },
  { name: 'claims', does: 'times, audience, type and the like' },
  { name: 'identity', does: 'who is calling' },
  { name: 'demands', does: 'scopes and roles the route asks for' },
];

/**
 * @typedef {'passed' | 'refused' | 'spared' | 'not reached'} Mark
 * @typedef {{ mark: Mark, note: string }} StepOutcome
 */

/**
 * What each step came to, by what the server's observer was told.
 *
 * @param {Trace} trace
 * @param {boolean} hasToken
 * @returns {readonly StepOutcome[]}
 */
export function outcomesOf(trace, hasToken) {
  if (trace.outcome === 'open') return STEPS.map((_, index) => openOutcome(index + 1, hasToken));
  const refusedAt = trace.step ?? Number.POSITIVE_INFINITY;
  return STEPS.map((_, index) => {
    const step = index + 1;
    if (step > refusedAt) return { mark: 'not reached', note: '' };
    if (step === refusedAt) return { mark: 'refused', note: trace.code ?? '' };
    if (trace.remembered && step > 2 && step < 9) return { mark: 'spared', note: '' };
    return { mark: 'passed', note: noteOf(step, trace) };
  });
}

/**
 * @param {number} step
 * @param {boolean} hasToken
 * @returns {StepOutcome}
 */
function openOutcome(step, hasToken) {
  // With a token in it, a request that nobody judged went to a public route.
  if (step === 1 && !hasToken) return { mark: 'passed', note: 'none came' };
  return { mark: 'not reached', note: '' };
}

/**
 * @param {number} step
 * @param {Trace} trace
 */
function noteOf(step, { remembered, keys }) {
  if (step === 2) return remembered ? 'known' : 'not known';
  if (step === 5 && keys === 'fetched') return 'fetched now';
  return '';
}
