// Runs one section in a process of its own, so that none disturbs another and each can be ended.
import { readFileSync } from 'node:fs';

/**
 * What a section is given.
 *
 * @typedef {object} SectionInput
 * @property {import('./modes.mjs').Settings} settings
 * @property {readonly import('./support/fixtures.mjs').Fixture[]} fixtures the first one is RSA
 * @property {readonly string[]} [only] entrants of the guard section, for profiling
 * @property {(line: string) => void} progress
 */

const [name] = process.argv.slice(2);
process.on('disconnect', () => process.exit(1));
process.once('message', async ({ settings, fixturesFile, only }) => {
  const fixtures = JSON.parse(readFileSync(fixturesFile, 'utf8'));
  const progress = (line) => console.log(`  ${name}: ${line}`);
  const section = await import(`./${name}/section.mjs`);
  const result = await section.run({ settings, fixtures, only, progress });
  process.send(result, () => process.exit());
});
