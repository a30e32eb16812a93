import { describe, expect, it } from '@jest/globals';
import { readMarkdown } from './markdown.js';

const HEADINGS = [...readMarkdown('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(
  ([, heading = '']) => heading,
);

describe('CHANGELOG.md', () => {
  it('has what is not released first, then each version with its date, newest first', () => {
    const [first, ...released] = HEADINGS;
    expect(first).toBe('Unreleased');
    for (const heading of released)
      expect(heading).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)? - 20\d\d-[01]\d-[0-3]\d$/);
    const dates = released.map((heading) => heading.slice(-10));
    expect(dates).toEqual(dates.toSorted().reverse());
  });

  it('has the version that package.json states', () => {
    const { version } = JSON.parse(readMarkdown('package.json')) as { version: string };
    expect(HEADINGS.filter((heading) => heading.startsWith(`${version} - `))).toHaveLength(1);
  });
});
