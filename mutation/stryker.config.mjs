// What `npm run mutation` does: see README.md.
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATH = ['jwt', 'refusals', 'issuers', 'guard', 'keys'];

export default {
  plugins: ['./mutation/runner/plugin.mjs'],
  testRunner: 'loaded-specs',
  coverageAnalysis: 'perTest',
  mutate: PATH.map((folder) => `src/core/${folder}/**/*.ts`),
  // What is computed while a module loads would need a new process, and all tests, for each mutant.
  ignoreStatic: true,
  concurrency: 1,
  dryRunTimeoutMinutes: 20,
  // A test that waits for what never comes ends here.
  timeoutMS: 60_000,
  timeoutFactor: 3,
  incremental: true,
  incrementalFile: 'mutation/results/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  htmlReporter: { fileName: 'mutation/results/report.html' },
  jsonReporter: { fileName: 'mutation/results/report.json' },
  thresholds: { high: 95, low: 90, break: 90 },
  // Not in the repository, where jest would find its specs.
  tempDirName: join(tmpdir(), 'nestjs-trusted-issuers-mutation'),
  ignorePatterns: [
    '/dist',
    '/build',
    '/artifacts',
    '/findings',
    '/bench',
    '/mutation',
    '/docs/images',
    '/.generated',
  ],
  disableTypeChecks: false,
};
