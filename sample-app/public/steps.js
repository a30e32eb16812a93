/** @import { Call, Trace } from './api.js' */
import { decodeJwt } from './jwt.js';

/** The steps of docs/request-path.md that a request with a token takes. */
export const STEPS = [
  { name: 'credentials', does: 'one token, taken out of the request' },
  { name: 'remembered', does: 'were these very bytes verified before?' },
  { name: 'form', does: 'is it a well-formed token?' },
  { name: 'issuer', does: 'is its issuer on the list, letter by letter?' },
  { name: 'keys', does: 'has that issuer a key for this alg and kid?' },
  { name: 'signature', does: 'does the signature verify?' },
  { name: 'introspection', does: 'what does its issuer say of an opaque token?' },
  { name: 'claims', does: 'times, audience, type and the like' },
  { name: 'binding', does: 'if it is bound to a key, does the caller have that key?' },
  { name: 'identity', does: 'who is calling?' },
  { name: 'revocation', does: 'was the token, its session or its user revoked?' },
  { name: 'demands', does: 'scopes, roles and login that the route asks for' },
];

/**
 * @typedef {'passed' | 'refused' | 'spared' | 'neutral' | 'not reached'} Mark `neutral`: nothing was checked here,
 *   or what came of it is not known
 * @typedef {{ mark: Mark, note: string }} StepOutcome
 */

/**
 * What each step came to, by what the server's observer was told.
 *
 * @param {Trace} trace
 * @param {Call} call
 * @returns {readonly StepOutcome[]}
 */
export function outcomesOf(trace, call) {
  if (trace.outcome === 'unknown') return STEPS.map(() => neutral('not known'));
  if (trace.outcome === 'open') return STEPS.map(({ name }) => openOutcome(name, call));
  const kind = { ...trace, isOpaque: decodeJwt(call.token) === undefined, isProven: !!call.proof };
  const refusedAt = STEPS.findIndex(({ name }) => name === trace.step);
  return STEPS.map(({ name }, index) => {
    if (refusedAt !== -1 && index > refusedAt) return { mark: 'not reached', note: '' };
    if (index === refusedAt) return { mark: 'refused', note: trace.code ?? '' };
    return outcomeBefore(name, kind);
  });
}

/** What a remembered token does not go through again. */
const SPARED = ['form', 'issuer', 'keys', 'signature', 'claims', 'identity'];

/** An opaque token has no signature, and a JWT speaks for itself. */
const NOT_NEEDED = { opaque: ['keys', 'signature'], jwt: ['introspection'] };

/**
 * A step in front of the one that refused, or of all of them.
 *
 * @param {string} name
 * @param {Trace & { isOpaque: boolean, isProven: boolean }} kind
 * @returns {StepOutcome}
 */
function outcomeBefore(name, { remembered, keys, isOpaque, isProven }) {
  if (name === 'remembered') return remembered ? passed('known') : neutral('not seen before');
  if (NOT_NEEDED[isOpaque ? 'opaque' : 'jwt'].includes(name)) return neutral('not needed');
  if (remembered && SPARED.includes(name)) return { mark: 'spared', note: '' };
  if (name === 'keys' && keys === 'fetched') return passed('fetched now');
  if (name === 'binding') return passed(isProven ? 'proof accepted' : 'not bound');
  return passed('');
}

/**
 * @param {string} name
 * @param {Call} call
 * @returns {StepOutcome}
 */
function openOutcome(name, { token }) {
  // With a token in it, a request for which none was checked went to a public route.
  if (name === 'credentials' && token === undefined) return passed('none came');
  return { mark: 'not reached', note: '' };
}

/**
 * @param {string} note
 * @returns {StepOutcome}
 */
function passed(note) {
  return { mark: 'passed', note };
}

/**
 * @param {string} note
 * @returns {StepOutcome}
 */
function neutral(note) {
  return { mark: 'neutral', note };
}
