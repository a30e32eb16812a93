// jest's sequencer: on a machine that has not run the tests before, where jest would go by the size of
// a file, what is known to take long comes first. Nobody waits for the browser at the end.
const { createRequire } = require('node:module');

// Where jest itself finds it.
const ofJest = ['jest', '@jest/core', 'jest-config'].reduce(
  (from, name) => createRequire(from.resolve(name)),
  require,
);
const { default: Sequencer } = ofJest('@jest/test-sequencer');

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((one, other) => rank(one.path) - rank(other.path));
  }
};

const RANKS = [/[\\/]browser[\\/]/, /\.suite\.ts$/, /[\\/](kit|docs)[\\/]/];

function rank(path) {
  const index = RANKS.findIndex((pattern) => pattern.test(path));
  return index < 0 ? RANKS.length : index;
}
