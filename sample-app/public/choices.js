import { byId } from './dom.js';

const form = byId('call', HTMLFormElement);

/** What is chosen in the form. */
export function chosen() {
  const data = new FormData(form);
  const text = (/** @type {string} */ name) => String(data.get(name));
  return { issuer: text('issuer'), shape: text('shape'), way: text('way'), route: text('route') };
}

/** Choices that only make sense together are chosen together; each can still be changed. */
export function keepChoicesTogether() {
  form.addEventListener('change', ({ target }) => {
    const { name } = /** @type {HTMLInputElement} */ (target);
    const { issuer, shape, way } = chosen();
    if (name === 'shape') {
      const isProven = way.startsWith('dpop');
      if (shape === 'bound' && !isProven) choose('way', 'dpop');
      if (shape !== 'bound' && isProven) choose('way', 'bearer');
    }
    // The other issuers give out no opaque tokens.
    if (!shape.startsWith('reference') || issuer === 'es256') return;
    if (name === 'issuer') choose('shape', 'valid');
    else choose('issuer', 'es256');
  });
}

/**
 * @param {string} name
 * @param {string} value
 */
function choose(name, value) {
  const group = form.elements.namedItem(name);
  if (group instanceof RadioNodeList) group.value = value;
}
