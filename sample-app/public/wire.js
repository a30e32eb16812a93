/** @import { Answer } from './api.js' */
import { credentialsOf } from './api.js';
import { parseChallenge } from './client/index.js';
import { element } from './dom.js';
import { decodeJwt } from './jwt.js';

/**
 * All that was on the wire, and what it says.
 *
 * @param {Answer} answer
 */
export function partsOf(answer) {
  const { call, body } = answer;
  return [
    part('Challenge, taken apart', challengeOf(answer)),
    part('Body', code(prettyJson(body), 'Body')),
    part('Request', code(requestOf(answer), 'Request')),
    part('Headers', code(headersOf(answer), 'Headers')),
    ...decoded('The token, decoded', 'Token', call.token),
    ...decoded('The proof, decoded', 'Proof', call.proof),
  ];
}

/** @param {Answer} answer */
function challengeOf({ headers }) {
  const challenges = parseChallenge(headers.get('WWW-Authenticate'));
  if (challenges.length === 0) return element('p', {}, 'None.');
  return element(
    'table',
    {},
    element('caption', {}, 'WWW-Authenticate, by parseChallenge of nestjs-trusted-issuers/client'),
    ...challenges.map(({ scheme, parameters }) =>
      element(
        'tbody',
        {},
        row('scheme', scheme),
        ...Object.entries(parameters).map(([name, value]) => row(name, value ?? '')),
      ),
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
function requestOf({ call }) {
  const { host, pathname } = new URL(call.url);
  const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, 'Accept: application/json'];
  return [...lines, ...credentialsOf(call).map(([name, value]) => `${name}: ${value}`)].join('\n');
}

/** @param {Answer} answer */
function headersOf({ status, statusText, headers }) {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${statusText}`, ...lines].join('\n');
}

/**
 * Header and payload, whole. Nothing where there is no JWT.
 *
 * @param {string} title
 * @param {string} label
 * @param {string | undefined} jwt
 */
function decoded(title, label, jwt) {
  const parts = decodeJwt(jwt);
  if (parts === undefined) return [];
  return [
    part(
      title,
      element('h4', {}, 'Header'),
      code(inLines(parts.header), `${label} header`),
      element('h4', {}, 'Payload'),
      code(inLines(parts.payload), `${label} payload`),
    ),
  ];
}

/** @param {string} text */
function prettyJson(text) {
  try {
    return inLines(JSON.parse(text));
  } catch {
    return text || '(empty)';
  }
}

/** @param {unknown} value */
function inLines(value) {
  return JSON.stringify(value, undefined, 2);
}

/**
 * @param {string} title
 * @param {readonly Node[]} content
 */
function part(title, ...content) {
  return element('div', { class: 'part' }, element('h3', {}, title), ...content);
}

/**
 * Code, as high as its content.
 *
 * @param {string} text
 * @param {string} label
 */
export function code(text, label) {
  return element('pre', { role: 'group', 'aria-label': label }, element('code', {}, text));
}
