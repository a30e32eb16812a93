// jest's filter: which of the test files that were asked for are run, and how.
//
// Loading Nest takes longer than most files take to run, and jest loads it anew for each. So a
// `*.suite.ts` imports the specs of one subject, and runs in their place when all of them were asked
// for; one spec alone runs as itself. A spec that no suite imports always does: see CONTRIBUTING.md.
const { readFileSync } = require('node:fs');
const { dirname, resolve } = require('node:path');
const withoutBrowserTests = require('./browser-tests.cjs');

const SUITE = /\.suite\.ts$/;
const IMPORT = /^import '(\.[^']+)\.js';$/gm;

module.exports = async function testFiles(files) {
  const { filtered } = await withoutBrowserTests(files);
  const chosen = new Set(filtered);
  for (const suite of filtered.filter((file) => SUITE.test(file))) {
    const specs = specsOf(suite);
    const asked = specs.filter((spec) => chosen.has(spec));
    if (asked.length === specs.length) for (const spec of specs) chosen.delete(spec);
    else if (asked.length > 0) chosen.delete(suite);
  }
  return { filtered: [...chosen] };
};

function specsOf(suite) {
  return [...readFileSync(suite, 'utf8').matchAll(IMPORT)].map(([, path]) =>
    resolve(dirname(suite), `${path}.ts`),
  );
}
