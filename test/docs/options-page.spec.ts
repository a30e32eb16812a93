import { describe, expect, it } from '@jest/globals';
import { markdownFiles, readMarkdown, ROOT } from './markdown.js';

const PAGE = readMarkdown('docs/options.md');
const ANCHORS = [...PAGE.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('docs/options.md', () => {
  it('is what the TSDoc of the configuration says', async () => {
    const { optionsPage } = (await import(`${ROOT}scripts/options-page.mjs`)) as {
      optionsPage(root: string): string;
    };
    expect(PAGE).toBe(optionsPage(ROOT));
  });

  it('every link within the page leads to one heading', () => {
    const targets = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((target) => !ANCHORS.includes(target as string))).toEqual([]);
    expect(ANCHORS.length).toBe(new Set(ANCHORS).size);
  });

  it('other pages link to headings that it has', () => {
    const linked = markdownFiles().flatMap((file) => [
      ...readMarkdown(file).matchAll(/options\.md#([^)]+)\)/g),
    ]);
    expect(linked.length).toBeGreaterThan(0);
    for (const [, anchor] of linked) expect(ANCHORS).toContain(anchor);
  });

  it('shows the literals of a named type in place of its name', () => {
    expect(PAGE).toContain(
      "### `disclosure`\n`'detailed' | 'minimal'` · default `'detailed'`\n\nHow much a refusal tells the client.\n",
    );
  });
});

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\w\- ]/g, '');
  return kept.replaceAll(' ', '-');
}
