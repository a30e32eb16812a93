/**
 * A Markdown table.
 *
 * @param {readonly string[]} head the first column is text, the others are numbers
 * @param {readonly (readonly string[])[]} rows
 */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map((_, column) => (column ? '--:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** Three significant digits, without an exponent. @param {number} value */
export function number(value) {
  if (!Number.isFinite(value)) return '–';
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return Math.round(value).toLocaleString('en');
  // A small negative number is rounded to "-0.00".
  return value.toFixed(magnitude >= 10 ? 1 : 2).replace(/^-(?=[0.]+$)/, '');
}

/** Median and quartiles. @param {import('../support/statistics.mjs').Figure | null} [measured] */
export function figure(measured) {
  if (!measured) return '–';
  const { median, q1, q3, count } = measured;
  return count < 2 ? number(median) : `${number(median)} (${number(q1)}–${number(q3)})`;
}

/** @param {number} bytes */
export const mebibytes = (bytes) => `${number(bytes / 2 ** 20)} MiB`;

/** Paragraphs, without those that are not there. @param {readonly (string | undefined)[]} parts */
export const paragraphs = (...parts) => parts.filter(Boolean).join('\n\n');
