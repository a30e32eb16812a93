import { byId, element, svg } from './dom.js';

/**
 * @typedef {object} Numbers
 * @property {number} verified
 * @property {number} remembered
 * @property {Readonly<Record<string, number>>} refused by code
 */

const SECONDS = 60;
const HEIGHT = 24;

/** What happened in each of the last seconds, oldest first. */
const timeline = Array.from({ length: SECONDS }, () => ({
  verified: 0,
  remembered: 0,
  refused: 0,
}));
/** @type {Numbers | undefined} */
let latest;

/**
 * Shows what has happened since the start.
 *
 * @param {Numbers} numbers
 */
export function showNumbers(numbers) {
  const now = timeline.at(-1);
  if (latest && now) {
    now.verified += numbers.verified - latest.verified;
    now.remembered += numbers.remembered - latest.remembered;
    now.refused += totalOf(numbers.refused) - totalOf(latest.refused);
  }
  latest = numbers;
  draw();
}

/** Lets a second pass. */
export function tick() {
  const wasIdle = timeline.every(
    ({ verified, remembered, refused }) => !(verified || remembered || refused),
  );
  timeline.shift();
  timeline.push({ verified: 0, remembered: 0, refused: 0 });
  if (!wasIdle) draw();
}

function draw() {
  if (!latest) return;
  byId('numbers', HTMLElement).replaceChildren(minute(), table(latest));
}

/** The last minute as bars; the table says the same in numbers. */
function minute() {
  const most = Math.max(4, ...timeline.map((one) => one.verified + one.remembered + one.refused));
  const bars = timeline.flatMap((second, x) => {
    let top = HEIGHT;
    return /** @type {const} */ (['verified', 'remembered', 'refused']).map((kind) => {
      const height = (second[kind] / most) * HEIGHT;
      top -= height;
      return svg('rect', { x, y: top, width: 0.8, height, class: kind });
    });
  });
  const viewBox = `0 0 ${SECONDS} ${HEIGHT}`;
  const attributes = {
    viewBox,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
    class: 'minute',
  };
  return element(
    'figure',
    {},
    svg('svg', attributes, ...bars),
    element('figcaption', {}, 'The last minute, second by second'),
  );
}

/** @param {Numbers} numbers */
function table({ verified, remembered, refused }) {
  /** @type {readonly [string, number, string][]} */
  const rows = [
    ['verified', verified, 'verified'],
    ['cache hits', remembered, 'remembered'],
    ...Object.entries(refused).map(
      ([code, count]) => /** @type {[string, number, string]} */ ([code, count, 'refused']),
    ),
  ];
  const most = Math.max(1, ...rows.map(([, count]) => count));
  return element(
    'table',
    { class: 'counts' },
    element('caption', {}, 'Verifications, cache hits and refusals by code'),
    element(
      'tbody',
      {},
      ...rows.map(([name, count, kind]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          element('td', {}, String(count)),
          element('td', { 'aria-hidden': 'true' }, bar(count / most, kind)),
        ),
      ),
    ),
  );
}

/**
 * @param {number} share
 * @param {string} kind
 */
function bar(share, kind) {
  return svg(
    'svg',
    { viewBox: '0 0 100 8', preserveAspectRatio: 'none', class: 'bar' },
    svg('rect', { width: share * 100, height: 8, class: kind }),
  );
}

/** @param {Readonly<Record<string, number>>} counts */
function totalOf(counts) {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
