// A reporter for jest: after a run of many test files, which of them took longest.
const { relative } = require('node:path');

const SHOWN = 10;

module.exports = class SlowestFiles {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= SHOWN) return;
    const files = testResults
      .map(({ testFilePath, perfStats: { start, end } }) => ({ testFilePath, ms: end - start }))
      .toSorted((one, other) => other.ms - one.ms);
    const lines = files
      .slice(0, SHOWN)
      .map(
        ({ testFilePath, ms }) =>
          `${(ms / 1_000).toFixed(1).padStart(6)} s  ${relative(this.rootDir, testFilePath)}`,
      );
    console.log(`\nThe slowest of ${files.length} test files:\n${lines.join('\n')}`);
  }
};
