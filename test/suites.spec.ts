import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const filter = require('../scripts/test-files.cjs') as (
  files: readonly string[],
) => Promise<{ readonly filtered: readonly string[] }>;

const { default: configuration } = (await import(`${'../jest.config.mjs'}`)) as {
  default: { projects: readonly { displayName: string; testRegex: string }[] };
};
const PROJECTS = configuration.projects;

const TEST = fileURLToPath(new URL('./', import.meta.url));
const FILES = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
  .filter(
    (name) => /\.(spec|suite)\.ts$/.test(name) && !/^(browser|package|brokers|servers)/.test(name),
  )
  .map((name) => TEST + name);
const SPECS = FILES.filter((file) => file.endsWith('.spec.ts'));

const run = async (files: readonly string[]): Promise<readonly string[]> =>
  (await filter(files)).filtered;

const CHANGE = "import '../support/";

/** Imports something of test/support first, so it runs specs of other suites once more. */
const isAnotherRun = (file: string): boolean => linesOf(file)[0]?.startsWith(CHANGE) ?? false;

/** Without the comment on top. */
function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
}

/** The specs whose tests a test file brings. */
function specsIn(file: string): string[] {
  if (file.endsWith('.spec.ts')) return [file];
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const lines = linesOf(file).filter((line) => !line.startsWith(CHANGE));
  return lines.map((line) => line.replace(/^import '\.\/(.*)\.js';$/, `${folder}$1.ts`));
}

describe('Suites of specs', () => {
  it('a run of everything runs each spec exactly once, except for suites that run some once more', async () => {
    const all = await run(FILES);
    const files = all.filter((file) => !isAnotherRun(file));
    const again = all.filter(isAnotherRun);
    expect(again.map((file) => file.slice(TEST.length)).toSorted()).toEqual([
      'attacks/node-crypto.suite.ts',
      'e2e/node-crypto.suite.ts',
    ]);
    for (const spec of again.flatMap(specsIn)) expect(SPECS).toContain(spec);
    expect(files.flatMap(specsIn).toSorted()).toEqual(SPECS.toSorted());
    expect(files.length).toBeLessThan(SPECS.length / 2);
  });

  it('a spec that is asked for alone is run alone', async () => {
    for (const spec of SPECS) expect(await run([spec])).toEqual([spec]);
  });

  it('specs are run alone when not all of their suite are asked for', async () => {
    const keys = FILES.filter((file) => file.includes('/e2e/keys'));
    expect((await run(keys)).flatMap(specsIn).toSorted()).toEqual(
      keys.filter((file) => file.endsWith('.spec.ts')).toSorted(),
    );
  });

  it('every test file belongs to one project, and a suite to that of its specs', async () => {
    const projectsOf = (file: string): readonly string[] =>
      PROJECTS.filter(({ testRegex }) => new RegExp(testRegex).test(file)).map(
        ({ displayName }) => displayName,
      );
    for (const file of FILES) {
      expect({ file, projects: projectsOf(file) }).toEqual({
        file,
        projects: [expect.any(String)],
      });
      for (const spec of specsIn(file)) expect(projectsOf(spec)).toEqual(projectsOf(file));
    }
  });

  it('a suite can be asked for by its own name', async () => {
    const suite = `${TEST}e2e/keys.suite.ts`;
    expect(await run([suite])).toEqual([suite]);
  });
});
