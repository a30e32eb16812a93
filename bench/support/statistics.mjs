/**
 * A figure measured several times.
 *
 * @typedef {object} Figure
 * @property {number} median
 * @property {number} q1 lower quartile
 * @property {number} q3 upper quartile
 * @property {number} count how often it was measured
 */

/**
 * @param {readonly number[]} values
 * @returns {Figure}
 */
export function figureOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** @param {readonly number[]} values */
export const medianOf = (values) => figureOf(values).median;

/**
 * Quotients round by round: what disturbed a round disturbed both its parts.
 *
 * @param {readonly number[]} dividends
 * @param {readonly number[]} divisors
 */
export const ratioOf = (dividends, divisors) =>
  figureOf(dividends.map((value, round) => value / divisors[round]));

/** Of waiting times. @param {readonly number[]} values */
export function quantilesOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), longest: sorted.at(-1) };
}

/** @param {number[]} values shuffled in place */
export function shuffle(values) {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}

function quantile(sorted, q) {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
