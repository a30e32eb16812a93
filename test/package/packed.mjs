// The package as it is published, laid beside nothing but what it may expect of an application.
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, run, temporaryFolder } from './steps.mjs';

export const MANIFEST = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

/** Subpaths that can be imported, with the files of each form. */
export const ENTRIES = Object.entries(MANIFEST.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([subpath, { import: esm, require: cjs }]) => ({
    specifier: MANIFEST.name + subpath.slice(1),
    esm,
    cjs,
  }));

/** What its declarations may name: the peers of who uses them, and no library that it wraps. */
export const NAMEABLE = Object.keys(MANIFEST.peerDependencies).filter(
  (peer) => !peer.includes('passport'),
);

/**
 * Packs, and unpacks into the `node_modules` of a folder that has, beside it, only what may be named.
 * Those are links to this repository's own, so that nothing is installed.
 */
export async function unpackBesidePeers() {
  const folder = temporaryFolder();
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename }] = JSON.parse((await run('npm', pack, ROOT)).stdout);
  const home = join(folder, 'node_modules', MANIFEST.name);
  mkdirSync(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '-C', home, '--strip-components=1'], folder);
  for (const name of [...NAMEABLE, '@types/node']) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'dir');
  }
  return { folder, home };
}
