/** @import { Answer } from './api.js' */
import { codeOf } from './api.js';
import { shouldRefresh } from './client/index.js';
import { element } from './dom.js';

/** @param {number} status */
export function familyOf(status) {
  if (status < 400) return 'good';
  return status === 503 ? 'unavailable' : 'refused';
}

/**
 * What came, and of which step.
 *
 * @param {Answer} answer
 */
export function verdictOf(answer) {
  const { status, statusText, trace } = answer;
  const line = element('strong', {}, `${status} ${statusText}`);
  if (trace.outcome === 'refused' && trace.step !== undefined)
    return [line, ' ', element('code', {}, codeOf(answer) ?? ''), ` from the step “${trace.step}”`];
  return [line, ` ${withoutRefusal(answer)}`];
}

/**
 * The same in one sentence, for the place where a button was pressed.
 *
 * @param {Answer} answer
 */
export function inShort(answer) {
  const { status, statusText, trace } = answer;
  if (trace.outcome === 'refused')
    return `${status} ${codeOf(answer)}, from the step “${trace.step}”.`;
  return `${status} ${statusText}, ${withoutRefusal(answer)}.`;
}

/** @param {Answer} answer */
function withoutRefusal({ trace: { outcome, remembered } }) {
  if (outcome === 'unknown') return 'not from the API: the request was turned away before it';
  if (outcome === 'open') return 'no token was checked';
  return remembered ? 'known from before' : 'all steps passed';
}

/** Whether asking again helps, as docs/refusals.md says it. @type {Readonly<Record<string, string>>} */
const ADVICE = {
  auth_required: 'The client gets a token and asks again with it.',
  token_not_active: 'The same token will do, once its time has come.',
  token_revoked: 'A new token will do, once the user has logged in again.',
  step_up_required: 'A new token will do, once the user has logged in again as the challenge says.',
  insufficient_scope: 'A token with the scope that the challenge names will do.',
  invalid_request: 'The client sends one token, once.',
  dpop_proof_invalid: 'The client makes a new proof for this very request and asks again, once.',
  dpop_nonce_required:
    'The client puts the nonce of DPoP-Nonce into a new proof and asks again, once.',
};

/**
 * What a client does now, first by the library that is made for clients.
 *
 * @param {Answer} answer
 */
export async function adviceOf(answer) {
  const { status, headers, body } = answer;
  const code = codeOf(answer);
  if (status < 400 || code === undefined) return [];
  const link = element('a', { href: `/errors/${code}` }, `What to do about ${code}`);
  return [`${await nextMove(new Response(body, { status, headers }), code)} `, link];
}

/**
 * @param {Response} refused
 * @param {string} code
 */
async function nextMove(refused, code) {
  const wait = refused.headers.get('Retry-After');
  if (wait !== null) return `The client keeps its token and asks again in ${wait} s.`;
  if (await shouldRefresh(refused)) return 'The client gets a new token and asks again.';
  return ADVICE[code] ?? 'Asking again with such a token will not help.';
}

/**
 * What the operator sees of it.
 *
 * @param {Answer} answer
 */
export function logOf(answer) {
  const { trace } = answer;
  const took =
    trace.durationMs === undefined ? '' : `Checked in ${trace.durationMs.toFixed(2)} ms. `;
  if (trace.reason === undefined) return [took];
  const hidden =
    trace.code === codeOf(answer) ? '' : `The caller is not told that it is ${trace.code}. `;
  return [`${took}${hidden}The operator’s log says: `, element('code', {}, trace.reason)];
}
