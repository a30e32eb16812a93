import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, USAGE } from './options.mjs';
import { renderReport } from './report/index.mjs';
import { writeReport } from './report/write.mjs';
import { storeResult } from './results.mjs';
import { runSection } from './sections.mjs';
import { environment } from './support/environment.mjs';
import { mintFixtures } from './support/fixtures.mjs';

const { mode, names, settings, entrants, writes, help } = readOptions(process.argv.slice(2));
if (help) {
  console.log(USAGE);
  process.exit();
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const seconds = () => `${(performance.now() / 1_000).toFixed(0)} s`;
console.log(`${seconds()} signing ${settings.tokens} tokens of each algorithm`);
const fixturesFile = join(folder, 'fixtures.json');
const fixtures = await mintFixtures(settings.algorithms, settings.tokens);
writeFileSync(fixturesFile, JSON.stringify(fixtures), { mode: 0o600 });

/** @type {Record<string, import('./results.mjs').Stored>} */
const measured = {};
for (const name of names) {
  console.log(`${seconds()} ${name}`);
  try {
    const result = await runSection(name, { settings, fixturesFile, only: entrants });
    measured[name] = { environment: environment(), result };
    if (writes) storeResult(name, result);
  } catch (error) {
    console.error(`${seconds()} ${name}: ${error.message}`);
    process.exitCode = 1;
  }
}

if (writes) {
  writeReport();
  console.log(`${seconds()} wrote docs/performance.md`);
} else if (mode !== 'smoke') {
  console.log(renderReport(measured));
}
console.log(`${seconds()} done`);
