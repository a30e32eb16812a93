// Makes docs/specifications.md: which clause is kept in which file, and which test holds it to that.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';
import { SPECIFICATIONS } from './specification-clauses.mjs';

const NUMBER = String.raw`\d+(?:\.\d+)*`;
/** “RFC 7515 section 4.1.4”, “RFC 6750 sections 2, 2.1 and 3”; “RFC 9470” alone is the whole of it. */
const REFERENCE = new RegExp(
  `RFC (\\d{4})(?: sections? (${NUMBER}(?:(?:, | and )${NUMBER})*))?`,
  'g',
);
const WHOLE = '';
const TEST = /^(?:describe|it)\b/;

/**
 * The references of the repository.
 * @param {string} root the repository's folder, with a slash at the end
 * @returns {{ rfc: string, clause: string, file: string, test?: string }[]} `test` is the title, for references of tests
 */
export function references(root) {
  const inSources = filesBelow(root, 'src', '.ts').flatMap((file) =>
    referencesIn(withoutLineBreaks(readFileSync(root + file, 'utf8')), file).map((reference) => ({
      ...reference,
      file,
    })),
  );
  const inTests = filesBelow(root, 'test', '.spec.ts').flatMap((file) =>
    testsOf(readFileSync(root + file, 'utf8')).flatMap(({ title, comments }) =>
      referencesIn(withoutLineBreaks(`${comments} ${title}`), file).map((reference) => ({
        ...reference,
        file,
        test: title,
      })),
    ),
  );
  return [...inSources, ...inTests];
}

/** The whole page, of all references. */
export function specifications(all) {
  return [
    '# Specifications',
    '',
    'Where each clause is kept, and the tests that hold the code to it. `npm run docs` writes this page from the references in the comments of `src`, and from those in titles of tests and in comments before them. Where no file is named, the tests alone name the clause. A clause that the code names and no test does is a red test.',
    ...Object.entries(SPECIFICATIONS).flatMap(([rfc, { title, clauses }]) => [
      '',
      `## RFC ${rfc}: ${title}`,
      '',
      '| clause | in the code | held by |',
      '|---|---|---|',
      ...[WHOLE, ...Object.keys(clauses).sort(byNumber)].flatMap((clause) =>
        row(
          clause === WHOLE ? 'as a whole' : `${clause} ${clauses[clause]}`,
          all.filter((one) => one.rfc === rfc && one.clause === clause),
        ),
      ),
    ]),
    '',
  ].join('\n');
}

/** Clauses that the code names and no test does. */
export function clausesWithoutTest(all) {
  const tested = new Set(
    all.filter(({ test }) => test).map(({ rfc, clause }) => `${rfc} ${clause}`),
  );
  const named = all.filter(({ clause }) => clause !== WHOLE);
  return [...new Set(named.map(({ rfc, clause }) => `${rfc} ${clause}`))].filter(
    (clause) => !tested.has(clause),
  );
}

function row(name, found) {
  if (found.length === 0) return [];
  const code = found.filter(({ test }) => test === undefined).map(({ file }) => link(file));
  const tests = found
    .filter(({ test }) => test !== undefined)
    .map(({ file, test }) => `${link(file)} “${escaped(test)}”`);
  return [`| ${name} | ${cell(code)} | ${cell(tests)} |`];
}

function cell(entries) {
  return [...new Set(entries)].join('<br>');
}

function link(file) {
  return `[${basename(file)}](../${file})`;
}

function escaped(title) {
  return title.replace(/[\\|*_<`[\]]/g, String.raw`\$&`);
}

function referencesIn(text, file) {
  return [...text.matchAll(REFERENCE)]
    .filter(([, rfc]) => rfc in SPECIFICATIONS)
    .flatMap(([, rfc, clauses]) =>
      (clauses?.match(new RegExp(NUMBER, 'g')) ?? [WHOLE]).map((clause) => {
        if (clause !== WHOLE && !(clause in SPECIFICATIONS[rfc].clauses))
          throw new Error(
            `${file} names RFC ${rfc} section ${clause}. Write its heading into scripts/specification-clauses.mjs.`,
          );
        return { rfc, clause };
      }),
    );
}

/** Comments as one line each, so that a reference may be broken between lines. */
function withoutLineBreaks(text) {
  return text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ');
}

/** The title of every `describe` and `it`, with the comments before it. */
function testsOf(text) {
  if (!text.includes('RFC ')) return [];
  const source = ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true);
  const tests = [];
  const visit = (node) => {
    if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      const [title] = node.expression.arguments;
      if (TEST.test(node.expression.getText(source)) && title && ts.isStringLiteralLike(title))
        tests.push({
          title: title.text,
          comments: text.slice(node.getFullStart(), node.getStart()),
        });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return tests;
}

function filesBelow(root, folder, ending) {
  return readdirSync(root + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length))
    .filter((file) => !file.includes('/.generated/') && !file.includes('node_modules'))
    .sort();
}

/** 3.2 before 3.10. */
function byNumber(one, other) {
  return one.localeCompare(other, 'en', { numeric: true });
}
