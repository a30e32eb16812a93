import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's root, with a slash at the end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a Markdown file. */
export interface Block {
  readonly language: string;
  /** What stands behind the language: for code, the name of its file. */
  readonly name: string;
  readonly text: string;
}

/** Every Markdown file of the repository, of docs/, of examples/ and of the sample application. */
export function markdownFiles(): string[] {
  return ['', 'docs/', 'docs/errors/', 'examples/', 'sample-app/'].flatMap((folder) =>
    readdirSync(ROOT + folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => folder + name),
  );
}

export function readMarkdown(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', name = '', text = '']) => ({ language, name, text }),
  );
}

/** The cells of every table row whose first cell is code. */
export function codeRowsOf(markdown: string): string[][] {
  return [...markdown.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  ]);
}

/** Targets of relative links, without their fragment. */
export function relativeLinksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(
    ([, target = '']) => target,
  );
}
