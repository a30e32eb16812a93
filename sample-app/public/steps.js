/** @import { Trace } from './api.js' */

/** The steps of docs/request-path.md that a request with a token takes. */
export const STEPS = [
  { name: 'credentials', does: 'takes one token out of the request' },
  { name: 'remembered', does: 'knows these very bytes from before?' },
  { name: 'form', does: 'is it a well-formed JWS?' },
  { name: 'issuer', does: 'is its issuer on the list, letter by letter?' },
  { name: 'keys', does: 'has that issuer a key for this alg and kid?' },
  { name: 'signature', does: 'does the signature verify?' },
  { name: 'claims', does: 'times, audience, type and the like' },
  { name: 'binding', does: 'is it bound to a key, and does the caller prove that it is theirs?' },
  { name: 'identity', does: 'who is calling?' },
  { name: 'revocation', does: 'was the token, its session or its user revoked meanwhile?' },
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
  if (trace.outcome === 'open') return STEPS.map(({ name }) => openOutcome(name, hasToken));
  const refusedAt = STEPS.findIndex(({ name }) => name === trace.step);
  return STEPS.map(({ name }, index) => {
    if (refusedAt !== -1 && index > refusedAt) return { mark: 'not reached', note: '' };
    if (index === refusedAt) return { mark: 'refused', note: trace.code ?? '' };
    if (trace.remembered && SPARED.includes(name)) return { mark: 'spared', note: '' };
    return { mark: 'passed', note: noteOf(name, trace) };
  });
}

/** What a remembered token does not go through again. */
const SPARED = ['form', 'issuer', 'keys', 'signature', 'claims', 'identity'];

/**
 * @param {string} name
 * @param {boolean} hasToken
 * @returns {StepOutcome}
 */
function openOutcome(name, hasToken) {
  // With a token in it, a request that nobody judged went to a public route.
  if (name === 'credentials' && !hasToken) return { mark: 'passed', note: 'none came' };
  return { mark: 'not reached', note: '' };
}

/**
 * @param {string} name
 * @param {Trace} trace
 */
function noteOf(name, { remembered, keys }) {
  if (name === 'remembered') return remembered ? 'known' : 'not known';
  if (name === 'keys' && keys === 'fetched') return 'fetched now';
  return '';
}
