import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

function foldersOf(path: string): string[] {
  return readdirSync(new URL(path, ROOT), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

describe('The layout of src/', () => {
  const { exports } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    exports: Readonly<Record<string, unknown>>;
  };
  const subpaths = Object.keys(exports)
    .filter((path) => path !== '.' && path !== './package.json')
    .map((path) => path.slice(2));

  it('has one folder for each subpath of the package, and nothing else but core, config and the command line', () => {
    const entries = new Set(subpaths.map((path) => path.split('/')[0] ?? ''));
    expect(foldersOf('src').toSorted()).toEqual([...entries, 'cli', 'config', 'core'].toSorted());
  });

  it('is that of the unit tests', () => {
    const folders = new Set(foldersOf('src'));
    for (const folder of foldersOf('test/unit')) expect(folders).toContain(folder);
    const core = new Set(foldersOf('src/core'));
    for (const folder of foldersOf('test/unit/core')) expect(core).toContain(folder);
  });
});
