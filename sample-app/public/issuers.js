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

/** @type {Map<string, (issuer: Issuer) => void>} */
const cards = new Map();

/**
 * Shows how the issuers are. Cards stay where they are, so that no button loses the focus.
 *
 * @param {readonly Issuer[]} issuers
 */
export function showIssuers(issuers) {
  for (const issuer of issuers) {
    if (!cards.has(issuer.name)) cards.set(issuer.name, addCard(issuer));
    cards.get(issuer.name)?.(issuer);
  }
}

/**
 * @param {Issuer} issuer
 * @returns {(issuer: Issuer) => void} shows what has changed
 */
function addCard({ name, issuer, keys: trusted }) {
  const label = LABELS[name] ?? name;
  const state = element('span', { class: 'badge' });
  const facts = element('p', { class: 'facts' });
  const outage = element('button', { type: 'button' });
  let isDown = false;
  onPress(outage, () => act(name, isDown ? 'bring-back' : 'take-down', label));
  const buttons = trusted
    ? [
        outage,
        actionButton('Rotate keys', name, 'rotate-keys'),
        actionButton('Make the API forget its keys', name, 'forget-keys'),
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
    ),
  );
  return (current) => {
    isDown = current.isDown;
    state.textContent = isDown ? 'down' : 'up';
    state.dataset['state'] = state.textContent;
    outage.textContent = isDown ? 'Bring back' : 'Take down';
    outage.setAttribute('aria-label', `${outage.textContent}: ${label}`);
    facts.textContent = factsOf(current);
  };
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
 * @param {string} name
 * @param {string} action
 */
function actionButton(text, name, action) {
  const label = LABELS[name] ?? name;
  const button = element('button', { type: 'button', 'aria-label': `${text}: ${label}` }, text);
  onPress(button, () => act(name, action, label));
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
 * @param {string} label
 */
async function act(name, action, label) {
  const { issuers } = await askConsole(`issuers/${name}/${action}`, {});
  showIssuers(issuers);
  byId('issuers-state', HTMLElement).textContent = `${label} ${DONE[action]}`;
}
