/**
 * An element with attributes and children; texts become text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {readonly (Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} tag
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {readonly Node[]} children
 */
export function svg(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * The element of the page with that id.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`no ${type.name} with the id ${id}`);
  return found;
}

/**
 * Says what went wrong with the page itself, the server having ended for instance.
 *
 * @param {string} trouble empty: nothing any more
 */
export function report(trouble) {
  byId('trouble', HTMLElement).textContent = trouble;
}

/**
 * A button that does one thing at a time, and says beside it what came of it.
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} feedback a live region near the button
 * @param {() => Promise<string>} action what came of it, in words
 */
export function onPress(button, feedback, action) {
  button.addEventListener('click', () => {
    // Not `disabled`: a button that is switched off loses the focus.
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    report('');
    feedback.textContent = '';
    action()
      .catch((/** @type {Error} */ { message }) => `That did not work: ${message}`)
      .then((words) => (feedback.textContent = words))
      .finally(() => button.removeAttribute('aria-busy'));
  });
}
