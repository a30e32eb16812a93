// What stands in the `node_modules` of an application, at whatever depth.
import { readFileSync } from 'node:fs';

const TEST_RUNNERS =
  /^(vitest|vite|jest|expect|@jest|@vitest|@babel|babel-.*|@nestjs\/testing)(\/|$)/;

/** The names of all packages, one for each copy, as npm has written them down. */
export function packagesIn(folder) {
  const lock = JSON.parse(readFileSync(`${folder}/node_modules/.package-lock.json`, 'utf8'));
  return Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1));
}

/** @throws Error when what only tests need is there. */
export function noTestRunner(folder) {
  const found = packagesIn(folder).filter((name) => TEST_RUNNERS.test(name));
  if (found.length > 0) throw new Error(`installed for tests alone: ${found.join(', ')}`);
}
