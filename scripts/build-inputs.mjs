// What a build is made of, as one hash, so that `npm start` need not make the same one again.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const FILES = ['package.json', 'package-lock.json', 'tsconfig.json'];
const SCRIPTS = ['scripts/build.mjs', 'scripts/build-inputs.mjs', 'scripts/entries.mjs'];

/** In a folder that a build begins by removing. */
export const STAMP = 'build/.inputs';

export function hashOfInputs() {
  const sources = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);
  const hash = createHash('sha256').update(process.version);
  for (const file of [...FILES, ...SCRIPTS, ...sources.toSorted()])
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Whether the last build that came to its end was made of the same, and is still there. */
export function isBuilt() {
  return existsSync('dist') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashOfInputs();
}
