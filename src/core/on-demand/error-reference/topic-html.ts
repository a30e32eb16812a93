import { createHash } from 'node:crypto';
import type { ErrorTopic } from './error-topic.js';

const STYLE =
  ':root{color-scheme:light dark}' +
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}' +
  'h2{font-size:.9rem;letter-spacing:.05em;margin-top:2rem;opacity:.7}' +
  'h3{margin-top:2rem}' +
  'code,pre{font-family:ui-monospace,monospace;font-size:.9em}' +
  'pre{overflow-x:auto;padding:.75rem;border:1px solid;border-radius:.25rem;opacity:.85}';

/** Lets the one style sheet in, by its hash, and nothing else: no script, no image, no frame. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A topic as a page that needs nothing else. Knows the Markdown that topics are written in. */
export function topicHtml({ title, sections }: Pick<ErrorTopic, 'title' | 'sections'>): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(title)}</h1>`,
    ...sections.flatMap(({ name, body }) => [`<h2>${escaped(name)}</h2>`, ...blocks(body)]),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** A fenced block, or lines up to an empty one. */
const BLOCK = /^```\w*\n([^]*?)\n```$|^(?:.+\n?)+/gm;

function blocks(markdown: string): string[] {
  return [...markdown.matchAll(BLOCK)].map(([block, code]) => {
    if (code !== undefined) return `<pre><code>${escaped(code)}</code></pre>`;
    const lines = block.trimEnd().split('\n');
    if (block.startsWith('### ')) return `<h3>${inline(lines.join(' ').slice(4))}</h3>`;
    if (!block.startsWith('- ')) return `<p>${inline(lines.join(' '))}</p>`;
    return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
  });
}

function inline(markdown: string): string {
  return escaped(markdown)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
