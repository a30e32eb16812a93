import { createRequire } from 'node:module';

/** A part of jest, where jest itself finds it. */
export const ofJest = ['jest', '@jest/core', 'jest-config'].reduce(
  (from, name) => createRequire(from.resolve(name)),
  createRequire(new URL('../../package.json', import.meta.url)),
);
