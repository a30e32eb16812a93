import { describe, expect, it } from '@jest/globals';
import * as testing from 'nestjs-trusted-issuers/testing';
import { blocksOf, readMarkdown } from './markdown.js';

const PAGE = readMarkdown('docs/testing.md');

/** That its blocks run, on the packed package, is what `npm run check:consumers` is for. */
describe('docs/testing.md', () => {
  it('has only blocks that are run: tests, by their names', () => {
    const blocks = blocksOf(PAGE);
    for (const { language, name } of blocks)
      expect([language, name]).toEqual(['ts', expect.stringMatching(/\.spec\.ts$/)]);
    expect(blocks.length).toBeGreaterThanOrEqual(6);
  });

  it('names every value the kit exports', () => {
    for (const name of Object.keys(testing)) expect(PAGE).toContain(name);
  });
});
