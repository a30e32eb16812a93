import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markdownFiles, readMarkdown, relativeLinksOf, ROOT } from './markdown.js';

describe('Documentation', () => {
  it.each(markdownFiles())('%s: every relative link leads somewhere', (file) => {
    const targets = relativeLinksOf(readMarkdown(file));
    const dead = targets.filter((target) => !existsSync(join(ROOT, dirname(file), target)));
    expect(dead).toEqual([]);
  });

  it('docs/README.md names every page', () => {
    const named = relativeLinksOf(readMarkdown('docs/README.md')).map((target) => `docs/${target}`);
    const pages = markdownFiles().filter((file) => /^docs\/[\w-]+\.md$/.test(file));
    expect(pages.filter((page) => page !== 'docs/README.md' && !named.includes(page))).toEqual([]);
  });
});
