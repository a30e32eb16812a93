/** @import { Answer } from './api.js' */
import { parseChallenge, shouldRefresh } from './client/index.js';
import { byId, element } from './dom.js';
import { outcomesOf, STEPS } from './steps.js';

/** @type {Readonly<Record<string, string>>} */
const MARK_SIGNS = { passed: '✓', refused: '✗', spared: '↷', 'not reached': '·' };

/**
 * Shows an answer: verdict, path, and all that was on the wire.
 *
 * @param {Answer} answer
 */
export async function showAnswer(answer) {
  const panel = byId('answer', HTMLElement);
  panel.dataset['family'] = familyOf(answer.status);
  byId('verdict', HTMLElement).replaceChildren(...verdictOf(answer));
  byId('advice', HTMLElement).replaceChildren(...(await adviceOf(answer)));
  byId('path', HTMLOListElement).replaceChildren(...pathOf(answer));
  byId('log', HTMLElement).replaceChildren(...logOf(answer));
  byId('parts', HTMLElement).replaceChildren(
    part('Challenge, taken apart', challengeOf(answer)),
    part('Body', code(prettyJson(answer.body), 'Body')),
    part('Request', code(requestOf(answer), 'Request')),
    part('Headers', code(headersOf(answer), 'Headers')),
    ...tokenOf(answer).map((decoded) => part('The token, decoded', code(decoded, 'Token'))),
  );
}

/** @param {number} status */
function familyOf(status) {
  if (status < 400) return 'good';
  return status === 503 ? 'unavailable' : 'refused';
}

/** @param {Answer} answer */
function verdictOf({ status, statusText, trace: { code: refusal, step, remembered, outcome } }) {
  const line = element('strong', {}, `${status} ${statusText}`);
  if (refusal !== undefined && step !== undefined) {
    const where = `the step “${step}”`;
    return [line, ' ', element('code', {}, refusal), ` from ${where}`];
  }
  if (outcome === 'open') return [line, ' no token was checked'];
  return [line, remembered ? ' known from before' : ' all steps passed'];
}

/**
 * What a client does now, by the library that is made for clients.
 *
 * @param {Answer} answer
 */
async function adviceOf({ status, headers, body, trace: { code: refusal } }) {
  if (refusal === undefined) return [];
  const refused = new Response(body, { status, headers });
  const link = element('a', { href: `/errors/${refusal}` }, `What to do about ${refusal}`);
  return [`${await nextMove(refused)} `, link];
}

/** @param {Response} refused */
async function nextMove(refused) {
  const wait = refused.headers.get('Retry-After');
  if (wait !== null) return `The client keeps its token and asks again in ${wait} s.`;
  if (await shouldRefresh(refused)) return 'The client gets a new token and asks again.';
  return 'Asking again with such a token will not help.';
}

/** @param {Answer} answer */
function pathOf({ trace, call }) {
  return outcomesOf(trace, call.token !== undefined).map(({ mark, note }, index) => {
    const { name, does } = STEPS[index] ?? { name: '', does: '' };
    return element(
      'li',
      { 'data-mark': mark },
      element('span', { class: 'name' }, name),
      element('span', { class: 'does' }, does),
      element(
        'span',
        { class: 'mark' },
        element('span', { 'aria-hidden': 'true' }, `${MARK_SIGNS[mark]} `),
        wordsFor(mark, note),
      ),
    );
  });
}

/**
 * @param {string} mark
 * @param {string} note
 */
function wordsFor(mark, note) {
  if (note === '') return mark;
  return mark === 'refused' ? `${mark}: ${note}` : note;
}

/** @param {Answer} answer */
function logOf({ trace: { reason, durationMs } }) {
  const took = durationMs === undefined ? '' : `Judged in ${durationMs.toFixed(2)} ms. `;
  if (reason === undefined) return [took];
  return [`${took}The operator’s log says: `, element('code', {}, reason)];
}

/** @param {Answer} answer */
function challengeOf({ headers }) {
  const challenges = parseChallenge(headers.get('WWW-Authenticate'));
  if (challenges.length === 0) return element('p', {}, 'None.');
  return element(
    'table',
    {},
    element('caption', {}, 'WWW-Authenticate, by parseChallenge of nestjs-trusted-issuers/client'),
    element(
      'tbody',
      {},
      ...challenges.flatMap(({ scheme, parameters }) => [
        row('scheme', scheme),
        ...Object.entries(parameters).map(([name, value]) => row(name, value ?? '')),
      ]),
    ),
  );
}

/**
 * @param {string} name
 * @param {string} value
 */
function row(name, value) {
  return element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value));
}

/** @param {Answer} answer */
function requestOf({ call: { url, token } }) {
  const lines = [
    `GET ${new URL(url).pathname} HTTP/1.1`,
    'Accept: application/json',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
  ];
  return lines.join('\n');
}

/** @param {Answer} answer */
function headersOf({ status, statusText, headers }) {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${statusText}`, ...lines].join('\n');
}

/**
 * Header and claims, for people; nothing here has verified them. Empty without a JWT.
 *
 * @param {Answer} answer
 */
function tokenOf({ call: { token = '' } }) {
  const [header, claims] = token.split('.');
  if (header === undefined || claims === undefined) return [];
  return [[header, claims].map((segment) => prettyJson(textOf(segment))).join('\n')];
}

/** @param {string} segment base64url */
function textOf(segment) {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
}

/** @param {string} json */
function prettyJson(json) {
  return JSON.stringify(JSON.parse(json), undefined, 2);
}

/**
 * @param {string} title
 * @param {Node} content
 */
function part(title, content) {
  return element('div', { class: 'part' }, element('h3', {}, title), content);
}

/**
 * Code that may be wider than the page: then it scrolls, by keyboard too.
 *
 * @param {string} text
 * @param {string} label
 */
export function code(text, label) {
  const attributes = { tabindex: '0', role: 'group', 'aria-label': label };
  return element('pre', attributes, element('code', {}, text));
}
