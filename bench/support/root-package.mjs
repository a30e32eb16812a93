import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const rootRequire = createRequire(new URL('../../package.json', import.meta.url));

/**
 * Imports a package as the root package has it installed. A peer here brings an older copy of jose,
 * which would be found first.
 *
 * @param {string} name
 */
export const importFromRoot = (name) => import(pathToFileURL(rootRequire.resolve(name)).href);

/**
 * The locked version of a package of the root, or else of one of the peers.
 *
 * @param {string} name
 * @returns {string}
 */
export function versionOf(name) {
  for (const lock of ['../../package-lock.json', '../package-lock.json']) {
    const { packages } = JSON.parse(readFileSync(new URL(lock, import.meta.url), 'utf8'));
    const found = packages[`node_modules/${name}`];
    if (found) return found.version;
  }
  throw new Error(`no lock names ${name}`);
}
