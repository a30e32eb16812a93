import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readMarkdown, relativeLinksOf, ROOT } from './markdown.js';

const files = ['', 'docs/', 'docs/errors/'].flatMap((folder) =>
  readdirSync(ROOT + folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name),
);

describe('Documentation', () => {
  it.each(files)('%s: every relative link leads somewhere', (file) => {
    const targets = relativeLinksOf(readMarkdown(file));
    const dead = targets.filter((target) => !existsSync(join(ROOT, dirname(file), target)));
    expect(dead).toEqual([]);
  });
});
