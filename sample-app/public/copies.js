/** @import { Call } from './api.js' */
import { code } from './answer.js';
import { byId, element, onPress } from './dom.js';
import { snippetsOf } from './snippets.js';

/**
 * Shows the call in other tools, each with a button that copies it.
 *
 * @param {Call} call
 */
export function showCopies(call) {
  byId('copies', HTMLElement).replaceChildren(
    ...snippetsOf(call).map(({ name, text }) => {
      const copy = element('button', { type: 'button' }, `Copy ${name}`);
      onPress(copy, async () => {
        await navigator.clipboard.writeText(text);
        byId('copied', HTMLElement).textContent = `${name} copied.`;
      });
      const head = element('div', { class: 'head' }, element('h3', {}, name), copy);
      return element('div', { class: 'part' }, head, code(text, name));
    }),
  );
}
