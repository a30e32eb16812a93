import { afterAll, describe, expect, it } from '@jest/globals';
import { readdirSync, rmSync } from 'node:fs';
import { messagesOfCompiling } from './compile.js';
import { blocksOf, readMarkdown, ROOT } from './markdown.js';

const GENERATED = `${ROOT}test/docs/.generated/pages/`;
afterAll(() => rmSync(GENERATED, { recursive: true, force: true }));

const PAGES = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'));
const WITH_CODE = PAGES.filter((page) => typescriptOf(page).length > 0);

function typescriptOf(page: string): ReturnType<typeof blocksOf> {
  return blocksOf(readMarkdown(`docs/${page}`)).filter(({ language }) => language === 'ts');
}

describe.each(WITH_CODE)('docs/%s', (page) => {
  it('every TypeScript block has a file name and compiles, strictly', () => {
    const blocks = typescriptOf(page);
    // Pages build on the README: its files are there to be imported.
    const readme = blocksOf(readMarkdown('README.md')).filter(
      ({ language, name }) => language === 'ts' && !blocks.some((block) => block.name === name),
    );
    expect(blocks.filter(({ name }) => !/^[\w.-]+\.ts$/.test(name))).toEqual([]);
    expect(messagesOfCompiling([...readme, ...blocks], `${GENERATED}${page}/`)).toEqual([]);
  }, 60_000);
});
