/**
 * A picture of bars, with a title for those who can't see it. Colours are taken from the reader's scheme.
 *
 * @param {string} title
 * @param {readonly { label: string, value: number, isOurs: boolean }[]} bars longer is better
 * @param {string} unit
 */
export function barChart(title, bars, unit) {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = TOP + bars.length * ROW + 10;
  const rows = bars.map(({ label, value, isOurs }, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(1, Math.round((value / most) * BAR_WIDTH));
    return [
      `<text class="label" x="${LEFT - 8}" y="${y + 15}">${escaped(label)}</text>`,
      `<rect class="${isOurs ? 'ours' : 'peer'}" x="${LEFT}" y="${y + 2}" width="${width}" height="18" rx="2"/>`,
      `<text x="${LEFT + width + 6}" y="${y + 15}">${Math.round(value).toLocaleString('en')}</text>`,
    ].join('\n');
  });
  return svg(title, height, [
    `<text class="title" x="8" y="20">${escaped(title)}</text>`,
    `<text class="unit" x="8" y="38">${escaped(unit)}</text>`,
    ...rows,
  ]);
}

/**
 * A curve over time, from zero.
 *
 * @param {string} title
 * @param {readonly { name: string, points: readonly (readonly [minutes: number, value: number])[] }[]} lines
 * @param {string} unit
 */
export function lineChart(title, lines, unit) {
  const all = lines.flatMap(({ points }) => points);
  const [lastMinute, most] = [0, 1].map((axis) => Math.max(...all.map((point) => point[axis])));
  const bottom = TOP + LINE_HEIGHT;
  const x = (minutes) => LINE_LEFT + (minutes / lastMinute) * LINE_WIDTH;
  const y = (value) => bottom - (value / most) * LINE_HEIGHT;
  const paths = lines.map(({ name, points }, index) => {
    const path = points.map(
      ([minutes, value]) => `${x(minutes).toFixed(1)},${y(value).toFixed(1)}`,
    );
    const [, last] = points.at(-1);
    return [
      `<polyline class="line ${index === 0 ? 'first' : 'second'}" points="${path.join(' ')}"/>`,
      `<text x="${LINE_LEFT + LINE_WIDTH + 6}" y="${(y(last) + 4 + index * 14).toFixed(1)}">${escaped(name)}</text>`,
    ].join('\n');
  });
  return svg(title, bottom + 30, [
    `<text class="title" x="8" y="20">${escaped(title)}</text>`,
    `<text class="unit" x="8" y="38">${escaped(unit)}</text>`,
    `<line class="axis" x1="${LINE_LEFT}" y1="${bottom}" x2="${LINE_LEFT + LINE_WIDTH}" y2="${bottom}"/>`,
    `<text class="label" x="${LINE_LEFT - 6}" y="${TOP + 8}">${most.toFixed(most < 10 ? 1 : 0)}</text>`,
    `<text class="label" x="${LINE_LEFT - 6}" y="${bottom}">0</text>`,
    `<text x="${LINE_LEFT}" y="${bottom + 18}">0 min</text>`,
    `<text class="label" x="${LINE_LEFT + LINE_WIDTH}" y="${bottom + 18}">${Math.round(lastMinute)} min</text>`,
    ...paths,
  ]);
}

const WIDTH = 760;
const LEFT = 300;
const BAR_WIDTH = 380;
const TOP = 50;
const ROW = 24;
const LINE_LEFT = 60;
const LINE_WIDTH = 560;
const LINE_HEIGHT = 160;

const STYLE = `
text { font: 13px sans-serif; fill: #1f2328; }
.title { font-weight: bold; } .unit { fill: #59636e; } .label { text-anchor: end; }
.ours, .first { fill: #0969da; stroke: #0969da; } .peer { fill: #8c959f; } .second { stroke: #9a6700; }
.line { fill: none; stroke-width: 2; } .axis { stroke: #8c959f; } rect { stroke: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; } .unit { fill: #9198a1; } .ours, .first { fill: #4493f8; stroke: #4493f8; }
  .peer { fill: #656c76; } .second { stroke: #d29922; } .line { fill: none; } rect { stroke: none; }
}`;

function svg(title, height, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
