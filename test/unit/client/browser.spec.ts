import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../docs/markdown.js';

const ENTRY = join(ROOT, 'src/client/index.ts');

/** The entry and every file that comes with it, with what each imports. */
function graphOf(file: string, graph = new Map<string, string[]>()): Map<string, string[]> {
  const imported = ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName);
  graph.set(file, imported);
  for (const relative of imported.filter((path) => path.startsWith('.'))) {
    const next = join(dirname(file), relative.replace(/\.js$/, '.ts'));
    if (!graph.has(next)) graphOf(next, graph);
  }
  return graph;
}

it('imports nothing beside its own files: no dependency, no node: module', () => {
  const foreign = [...graphOf(ENTRY).values()].flat().filter((name) => !name.startsWith('.'));
  expect(foreign).toEqual([]);
});

it.each([
  ['a browser', ['lib.es2022.d.ts', 'lib.dom.d.ts']],
  ['neither browser nor Node', ['lib.es2022.d.ts']],
])(
  'needs no type of Node: it compiles for %s',
  (_where, lib) => {
    const program = ts.createProgram([ENTRY], {
      ...{ lib, types: [], strict: true, noEmit: true, noUncheckedIndexedAccess: true },
      skipLibCheck: true,
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, verbatimModuleSyntax: true },
    });
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(messages).toEqual([]);
  },
  60_000,
);

it('a fetch Response is a response to it', () => {
  const host = ts.createCompilerHost({});
  const name = join(ROOT, 'src/client/in-a-browser.ts');
  const text = `import { shouldRefresh } from './index.js';
    export const refused = fetch('/notes').then((response: Response) => shouldRefresh(response));`;
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists.call(host, path);
  host.getSourceFile = (path, ...rest) =>
    path === name
      ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, path, ...rest);
  const program = ts.createProgram(
    [name],
    {
      ...{ lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [], strict: true, noEmit: true },
      ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      skipLibCheck: true,
    },
    host,
  );
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
}, 60_000);
