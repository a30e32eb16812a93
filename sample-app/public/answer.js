/** @import { Answer } from './api.js' */
import { askConsole } from './api.js';
import { byId, element } from './dom.js';
import { decodeJwt } from './jwt.js';
import { outcomesOf, STEPS } from './steps.js';
import { adviceOf, familyOf, logOf, verdictOf } from './verdict.js';
import { partsOf } from './wire.js';

/** @type {Readonly<Record<string, string>>} */
const MARK_SIGNS = { passed: '✓', refused: '✗', spared: '↷', neutral: '–', 'not reached': '·' };

/**
 * Shows an answer: verdict, path, and all that was on the wire.
 *
 * @param {Answer} answer
 */
export async function showAnswer(answer) {
  const [advice, audience] = [await adviceOf(answer), await audienceOf(answer)];
  byId('answer', HTMLElement).dataset['family'] = familyOf(answer.status);
  byId('verdict', HTMLElement).replaceChildren(...verdictOf(answer));
  byId('story', HTMLElement).textContent = answer.story ?? '';
  byId('advice', HTMLElement).replaceChildren(...advice);
  byId('audience', HTMLElement).replaceChildren(...audience);
  byId('path', HTMLOListElement).replaceChildren(...pathOf(answer));
  byId('log', HTMLElement).replaceChildren(...logOf(answer));
  byId('parts', HTMLElement).replaceChildren(...partsOf(answer));
}

/**
 * Of a token for another API: for which, and for which it should be. The API itself never says what a token
 * holds; this page has read it in the token.
 *
 * @param {Answer} answer
 */
async function audienceOf({ trace, call }) {
  if (trace.code !== 'audience_invalid') return [];
  const { resource } = await askConsole('login');
  const { aud } = decodeJwt(call.token)?.payload ?? {};
  return [
    element('dt', {}, 'Audience expected'),
    element('dd', {}, element('code', {}, resource)),
    element('dt', {}, 'Audience of this token'),
    element('dd', {}, element('code', {}, aud === undefined ? 'none' : [aud].flat().join(', '))),
  ];
}

/** @param {Answer} answer */
function pathOf({ trace, call }) {
  return outcomesOf(trace, call).map(({ mark, note }, index) => {
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
