import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMarkdown, ROOT } from './markdown.js';

/** The rows of the table: what is added, the words of an example in code, and the files that have them. */
function rows(): readonly (readonly [what: string, example: RegExp, files: readonly string[]])[] {
  const text = readMarkdown('CONTRIBUTING.md');
  const section = text.slice(text.indexOf('## Adding things'));
  const table = section.slice(0, section.indexOf('\n## ', 5)).matchAll(/^\|(.+)\|(.+)\|(.+)\|$/gm);
  // Behind the titles and the line under them.
  return [...table].slice(2).map(([, what = '', example = '', files = '']) => {
    const words = [...example.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
    const named = [...files.matchAll(/`(src\/[^`]+)`/g)].map(([, file = '']) => file);
    return [what.trim(), new RegExp(words.map((word) => `\\b${word}\\b`).join('|')), named];
  });
}

/** Code without its comments: documentation may name an example anywhere. */
function codeOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name}`);

describe('CONTRIBUTING.md, “Adding things”', () => {
  it('has a row for each kind', () => {
    expect(rows().map(([what]) => what)).toEqual([
      'a claim rule',
      'a key form',
      'a refusal code',
      'an option',
      'a transport',
    ]);
  });

  it.each(rows())('%s: these files, and no others, know the example', (_what, example, files) => {
    const knowing = SOURCES.filter((file) => example.test(codeOf(file)));
    expect(knowing.toSorted()).toEqual([...files].toSorted());
  });
});
