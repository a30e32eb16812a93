/** @import { Call } from './api.js' */
import { byId, element, onPress } from './dom.js';
import { snippetsOf } from './snippets.js';
import { code } from './wire.js';

/**
 * Shows the call in other tools, each with a button that copies it.
 *
 * @param {Call} call
 */
export function showCopies(call) {
  byId('copies-hint', HTMLElement).textContent = call.proof
    ? 'A proof is good for one request, and this page has used this one: the copies show what a replay gets.'
    : '';
  byId('copies', HTMLElement).replaceChildren(
    ...snippetsOf(call).map(({ name, text }, index) => {
      const copy = element('button', { type: 'button' }, `Copy ${name}`);
      const copied = element('span', { class: 'feedback', role: 'status' });
      onPress(copy, copied, async () => {
        await navigator.clipboard.writeText(text);
        return `${name} copied.`;
      });
      const actions = element('span', { class: 'buttons' }, copied, copy);
      const head = element('div', { class: 'head' }, element('h3', {}, name), actions);
      // Tokens are long: one whole command shows what the others are like.
      const whole = element(
        'details',
        index === 0 ? { open: '' } : {},
        element('summary', {}, 'What is copied'),
        code(text, name),
      );
      return element('div', { class: 'part' }, head, whole);
    }),
  );
}
