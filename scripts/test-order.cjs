// jest's sequencer: on a machine that has not run the tests before, where jest would go by the size of
// a file, what takes long comes first, so that no worker begins it when the others are done.
const { statSync } = require('node:fs');
const ofJest = require('./of-jest.cjs');
const { specsOf } = require('./test-files.cjs');

const { default: Sequencer } = ofJest('@jest/test-sequencer');

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((one, other) => weight(other.path) - weight(one.path));
  }
};

/** What starts processes, each much slower than its size tells. */
const SLOW = [/[\\/]kit[\\/]runner\./, /[\\/]docs[\\/]typescript-blocks\./];

/** As many tests as a suite has, so long it takes. */
function weight(path) {
  const rank = SLOW.findIndex((pattern) => pattern.test(path));
  if (rank >= 0) return Number.MAX_SAFE_INTEGER - rank;
  return [path, ...specsOf(path)].reduce((bytes, file) => bytes + statSync(file).size, 0);
}
