import { afterAll, describe, expect, it } from '@jest/globals';
import * as testing from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { compilerMessages, generatedFolder, writeBlocks } from './compiled-blocks.js';
import { blocksOf, readMarkdown } from './markdown.js';

const PAGE = readMarkdown('docs/testing.md');
const BLOCKS = blocksOf(PAGE);
const APPLICATION = blocksOf(readMarkdown('README.md')).filter(({ name }) =>
  ['app.module.ts', 'notes.controller.ts'].includes(name),
);
const GENERATED = generatedFolder('testing');
afterAll(() => rmSync(GENERATED, { recursive: true }));

/** That the blocks also run, on the packed package, is what `npm run check:consumer` is for. */
describe('docs/testing.md', () => {
  it('has only blocks that are run: tests, by their names', () => {
    for (const { language, name } of BLOCKS)
      expect([language, name]).toEqual(['ts', expect.stringMatching(/\.spec\.ts$/)]);
    expect(BLOCKS.length).toBeGreaterThanOrEqual(6);
  });

  it('every block compiles against the application of the README, strictly', () => {
    expect(APPLICATION).toHaveLength(2);
    const files = writeBlocks(GENERATED, [...APPLICATION, ...BLOCKS]);
    expect(compilerMessages(files)).toEqual([]);
  }, 60_000);

  it('names every value the kit exports', () => {
    for (const name of Object.keys(testing)) expect(PAGE).toContain(`${name}`);
  });
});
