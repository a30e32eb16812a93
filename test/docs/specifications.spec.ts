import { describe, expect, it } from '@jest/globals';
import { readMarkdown, ROOT } from './markdown.js';

interface Specifications {
  references(root: string): object[];
  specifications(references: object[]): string;
  clausesWithoutTest(references: object[]): string[];
}

const { references, specifications, clausesWithoutTest } = (await import(
  `${ROOT}scripts/specifications.mjs`
)) as Specifications;
const FOUND = references(ROOT);
const PAGE = specifications(FOUND);

describe('docs/specifications.md', () => {
  it('is what `npm run docs` would write now', () => {
    expect(readMarkdown('docs/specifications.md')).toBe(PAGE);
  });

  it.each(['6750', '7515', '7516', '7517', '7518', '7519', '8725', '9068', '9470', '9728'])(
    'has clauses of RFC %s with a test',
    (rfc) => {
      const [, section = ''] = PAGE.split(`## RFC ${rfc}: `);
      expect(section.split('\n## ')[0]).toMatch(/^\| \d.*\.spec\.ts\).*\|$/m);
    },
  );

  it('every clause that the code names has a test', () => {
    expect(clausesWithoutTest(FOUND)).toEqual([]);
  });
});
