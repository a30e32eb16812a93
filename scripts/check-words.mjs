// Keeps out of the comments and messages of src/ and of the sample application, of the titles of tests and of the
// documentation what reads as translated. Part of `npm run lint`.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Words, each with what to write in its place. */
const WORDS = [
  [/\b(?:stands|stood)\b|\bstand\b(?! still\b)/i, 'is, means, replaces'],
  [/\bjudg(?:e[sd]?|ing|e?ments?)\b/i, 'check, verify, validate'],
  [/\b(?:no|some|any|every)body\b/i, 'no caller, another server, every client, …'],
  [/\bwho(?:m)?ever\b/i, 'a caller that, those that'],
  [/\bbe had\b/i, 'be fetched, is available'],
  [/\banew\b/i, 'again'],
  [/\bbut for\b/i, 'except'],
  [/\bshall\b/i, 'should, must'],
  [/\balike\b/i, 'in the same way'],
  [/\bdear(?:er|est)?\b/i, 'expensive'],
  [/\bbrought (?:within|in|along)\b/i, 'clamped to, comes with'],
  [/\bwithout a word\b/i, 'silently'],
  [/\bof its own accord\b/i, 'by itself'],
  [/\bserves? on\b/i, 'is still used'],
  [/\bpassed over\b/i, 'ignored, skipped'],
  [/\bwhat (?:becomes|became) of\b/i, 'what happens to'],
  [/\bhears? of\b/i, 'is told'],
  [/\bgreatest\b/i, 'largest, maximum'],
];

/** Pages that are written by a program from what is checked elsewhere, or that quote. */
const EXCEPT =
  /^docs\/(?:api|errors)\/|^docs\/(?:performance|specifications|options|refusals)\.md$/;

const sources = [
  ...filesBelow('src', '.ts'),
  ...filesBelow('sample-app/src', '.ts'),
  ...filesBelow('sample-app/public', '.js'),
];
const found = [
  ...sources.flatMap(inSource),
  ...filesBelow('test', '.spec.ts').flatMap(inTitles),
  ...pages().flatMap(inPage),
];
for (const { file, line, word, write } of found)
  console.error(`${file}:${line}: “${word}”. Write: ${write}.`);
if (found.length > 0) process.exitCode = 1;

function filesBelow(folder, ending) {
  return readdirSync(ROOT + folder, { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith(ending));
}

function pages() {
  const all = [
    ...filesBelow('docs', '.md'),
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'sample-app/README.md',
  ];
  return all.filter((name) => !EXCEPT.test(name));
}

function inSource(file) {
  const source = parsed(file);
  const { text } = source;
  const prose = new Map();
  for (const node of nodesOf(source)) {
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const { pos, end } of ranges) prose.set(pos, text.slice(pos, end));
    if (isMessage(node)) prose.set(node.getStart(source), node.text);
  }
  return [...prose].flatMap(([pos, content]) =>
    linesOf(text, pos, content).flatMap((one) => wordsIn(file, one.line, one.content)),
  );
}

function parsed(file) {
  const text = readFileSync(ROOT + file, 'utf8');
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function* nodesOf(source, node = source) {
  yield node;
  for (const child of node.getChildren(source)) yield* nodesOf(source, child);
}

/** A text of several words: names and module specifiers are one. */
function isMessage(node) {
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node);
  return isText && node.text.includes(' ');
}

/** What a red line shows: the titles that `it`, `describe` and their forms such as `it.each` are given. */
function inTitles(file) {
  const source = parsed(file);
  return [...nodesOf(source)].flatMap((node) => {
    const title = ts.isCallExpression(node) && node.arguments[0];
    if (!title || !ts.isStringLiteralLike(title) || !isTest(node.expression)) return [];
    const { line } = source.getLineAndCharacterOfPosition(title.getStart(source));
    return wordsIn(file, line + 1, title.text);
  });
}

function isTest(callee) {
  if (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee))
    return isTest(callee.expression);
  return ts.isIdentifier(callee) && ['describe', 'it', 'test'].includes(callee.text);
}

function linesOf(text, start, content) {
  const first = text.slice(0, start).split('\n').length;
  return content.split('\n').map((one, index) => ({ line: first + index, content: one }));
}

function inPage(file) {
  const lines = readFileSync(ROOT + file, 'utf8').split('\n');
  return lines.flatMap((content, index) => wordsIn(file, index + 1, content));
}

function wordsIn(file, line, content) {
  return WORDS.flatMap(([pattern, write]) => {
    const word = pattern.exec(content)?.[0];
    return word === undefined ? [] : [{ file, line, word, write }];
  });
}
