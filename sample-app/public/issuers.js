import { askConsole } from './api.js';
import { byId, element, onPress } from './dom.js';

/**
 * @typedef {object} Issuer
 * @property {string} name
 * @property {string} issuer
 * @property {string} algorithm
 * @property {string} kid
 * @property {boolean} isDown
 * @property {number} asked
 * @property {{ state: string, known: number }} [keys]
 */

/** @type {Readonly<Record<string, string>>} */
const LABELS = {
  oidc: 'oidc-provider',
  es256: 'ours, ES256',
  eddsa: 'ours, EdDSA',
  untrusted: 'not trusted',
};

/** Shows what has changed; `undefined`: how the issuer is, is not known. @typedef {(issuer: Issuer | undefined) => void} Show */

/** @type {Map<string, Show>} */
const cards = new Map();

/**
 * Shows how the issuers are. Cards stay where they are, so that no button loses the focus.
 *
 * @param {readonly Issuer[]} issuers
 */
export function showIssuers(issuers) {
  byId('issuers-hint', HTMLElement).textContent = '';
  for (const issuer of issuers) {
    if (!cards.has(issuer.name)) cards.set(issuer.name, addCard(issuer));
    cards.get(issuer.name)?.(issuer);
  }
}

/** The sample tells nothing: it has ended, or the connection to it is broken. */
export function showThatIssuersAreNotKnown() {
  for (const show of cards.values()) show(undefined);
  byId('issuers-hint', HTMLElement).textContent =
    'The sample does not answer, so it is not known how they are. Was it stopped? npm start starts it again.';
}

/**
 * @param {Issuer} issuer
 * @returns {Show}
 */
function addCard({ name, issuer, keys: trusted }) {
  const label = LABELS[name] ?? name;
  const state = element('span', { class: 'badge' });
  const facts = element('p', { class: 'facts' });
  const feedback = element('p', { class: 'feedback', role: 'status' });
  const outage = element('button', { type: 'button' });
  let isDown = false;
  onPress(outage, feedback, () => act(name, isDown ? 'bring-back' : 'take-down'));
  const buttons = trusted
    ? [
        outage,
        actionButton('Rotate keys', feedback, name, 'rotate-keys'),
        actionButton('Make the API forget its keys', feedback, name, 'forget-keys'),
      ]
    : [];
  byId('issuers', HTMLUListElement).append(
    element(
      'li',
      { 'data-issuer': name },
      element('div', { class: 'head' }, element('h3', {}, label), state),
      element('p', { class: 'iss' }, issuer),
      facts,
      element('p', { class: 'buttons' }, ...buttons),
      feedback,
    ),
  );
  return (current) => {
    state.textContent = wordFor(current);
    state.dataset['state'] = state.textContent;
    if (current === undefined) return;
    isDown = current.isDown;
    outage.textContent = isDown ? 'Bring back' : 'Take down';
    outage.setAttribute('aria-label', `${outage.textContent}: ${label}`);
    facts.textContent = factsOf(current);
  };
}

/** @param {Issuer | undefined} issuer */
function wordFor(issuer) {
  if (issuer === undefined) return 'not known';
  return issuer.isDown ? 'down' : 'up';
}

/** @param {Issuer} issuer */
function factsOf({ algorithm, kid, keys, asked }) {
  const signs = `Signs with ${kid}, ${algorithm}.`;
  const times = asked === 1 ? 'once' : `${asked} times`;
  if (!keys) return `${signs} The API does not trust it, so it never asks: ${times}.`;
  const count = keys.known === 1 ? '1 key' : `${keys.known} keys`;
  return `${signs} The API knows ${count} (${keys.state}) and asked for keys ${times}.`;
}

/**
 * @param {string} text
 * @param {HTMLElement} feedback
 * @param {string} name
 * @param {string} action
 */
function actionButton(text, feedback, name, action) {
  const label = LABELS[name] ?? name;
  const button = element('button', { type: 'button', 'aria-label': `${text}: ${label}` }, text);
  onPress(button, feedback, () => act(name, action));
  return button;
}

/** @type {Readonly<Record<string, string>>} */
const DONE = {
  'take-down': 'is down and answers 503.',
  'bring-back': 'is back.',
  'rotate-keys': 'signs with a new key now.',
  'forget-keys': 'must be asked for its keys again.',
};

/**
 * @param {string} name
 * @param {string} action
 * @returns {Promise<string>} what came of it
 */
async function act(name, action) {
  const { issuers } = await askConsole(`issuers/${name}/${action}`, {});
  showIssuers(issuers);
  return `${LABELS[name]} ${DONE[action]}`;
}
