// jest's filter: which of the test files that were asked for are run, and how.
//
// Loading Nest takes longer than most files take to run, and jest loads it anew for each. So a
// `*.suite.ts` imports the specs of one subject, and runs in their place when all of them were asked
// for; one spec alone runs as itself. A spec that no suite imports always does: see CONTRIBUTING.md. A suite
// that imports something of test/support first runs specs once more, with what that changes.
const { readFileSync } = require('node:fs');
const { dirname, resolve } = require('node:path');

const SUITE = /\.suite\.ts$/;
const IMPORT = /^import '(\.[^']+\.spec)\.js';$/gm;

async function testFiles(files) {
  const chosen = new Set(files);
  for (const suite of files.filter((file) => SUITE.test(file))) {
    const { specs, isAnotherRun } = read(suite);
    const asked = specs.filter((spec) => files.includes(spec));
    if (asked.length > 0 && asked.length < specs.length) chosen.delete(suite);
    else if (!isAnotherRun) for (const spec of specs) chosen.delete(spec);
  }
  return { filtered: [...chosen] };
}

/** The specs that a file brings; none where it is one itself. */
const specsOf = (file) => (SUITE.test(file) ? read(file).specs : []);

module.exports = Object.assign(testFiles, { specsOf });

function read(suite) {
  const text = readFileSync(suite, 'utf8');
  const specs = [...text.matchAll(IMPORT)].map(([, path]) => resolve(dirname(suite), `${path}.ts`));
  return { specs, isAnotherRun: text.includes("import '../support/") };
}
