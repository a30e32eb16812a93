import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './markdown.js';

const TEST = join(ROOT, 'test');
const FOLDER = join(TEST, 'attacks');

const ROW = /^\| (S\d+) \| (.+) \| (.+) \|$/gm;
const LINK = /\]\(([^)]+)\)/g;
/** At the beginning of a title, on its line or on one of its own. */
const NUMBER_OF_TITLE = /(?:^\s*|[(])['`](S\d+) /gm;

/** By number: the files that the table names, and those whose titles have it. */
const WRITTEN = new Map(
  [...readFileSync(join(FOLDER, 'README.md'), 'utf8').matchAll(ROW)].map(
    ([, number = '', , files = '']) => [
      number,
      [...files.matchAll(LINK)].map(([, link = '']) => join(FOLDER, link)).toSorted(),
    ],
  ),
);
const SPECS = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.spec.ts') && !name.includes('node_modules'))
  .map((name) => join(TEST, name))
  .toSorted();
const TESTED = new Map<string, string[]>();
for (const spec of SPECS)
  for (const number of numbersIn(spec)) TESTED.set(number, [...(TESTED.get(number) ?? []), spec]);

function numbersIn(spec: string): ReadonlySet<string> {
  const titles = readFileSync(spec, 'utf8').matchAll(NUMBER_OF_TITLE);
  return new Set([...titles].map(([, number = '']) => number));
}

describe('The catalogue of attacks', () => {
  it('every number of it has tests in the files that it names, and every number of a test is in it', () => {
    expect(Object.fromEntries(WRITTEN)).toEqual(Object.fromEntries(TESTED));
  });

  it('numbers its rows from S1 on, without a gap', () => {
    expect([...WRITTEN.keys()]).toEqual(Array.from(WRITTEN, (_row, index) => `S${index + 1}`));
  });

  it('every spec of the folder has a number', () => {
    const here = SPECS.filter((spec) => dirname(spec) === FOLDER);
    expect(here.length).toBeGreaterThan(0);
    expect(here.filter((spec) => numbersIn(spec).size === 0)).toEqual([]);
  });
});
