// A part of jest, where jest itself finds it: `ofJest('jest-circus')`.
const { createRequire } = require('node:module');

module.exports = ['jest', '@jest/core', 'jest-config'].reduce(
  (from, name) => createRequire(from.resolve(name)),
  require,
);
