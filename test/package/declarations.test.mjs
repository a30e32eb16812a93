// The published declarations, as the applications of others read them.
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import ts from 'typescript';
import { ENTRIES, MANIFEST, NAMEABLE, unpackBesidePeers } from './packed.mjs';
import { ROOT, temporaryFolder } from './steps.mjs';

const { ModuleKind, ModuleResolutionKind } = ts;
const STRICT = {
  ...{ strict: true, skipLibCheck: false, noEmit: true, types: ['node'] },
  ...{ target: ts.ScriptTarget.ES2023, experimentalDecorators: true },
};
const NODENEXT = { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext };
const NODE16 = { module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16 };

/** What @jest/globals re-exports. Its matchers are added to where it is found, and it need not be. */
const AUGMENTED = 'expect';
const RUNNERS = ['vitest', '@jest/globals'];

describe('Published declarations', () => {
  let folder;
  let home;
  before(async () => {
    ({ folder, home } = await unpackBesidePeers());
    const write = (file, specifiers) =>
      writeFileSync(
        join(folder, file),
        specifiers.map((each, index) => `export * as entry${index} from '${each}';\n`).join(''),
      );
    const specifiers = ENTRIES.map(({ specifier }) => specifier);
    write('import.mts', specifiers);
    write('require.cts', specifiers);
    write(
      'require-by-path.cts',
      ENTRIES.map(({ cjs }) => join(home, cjs.default)),
    );
  });

  it('compile strictly and without skipLibCheck, all of both forms', (context) => {
    const program = compile(['import.mts', 'require.cts', 'require-by-path.cts'], NODENEXT);
    const read = filesOf(program);
    for (const { esm, cjs } of ENTRIES)
      for (const { types } of [esm, cjs]) assert.ok(read.has(join(home, types)), types);
    assertNoFaultOfOurs(program, context);
  });

  // NestJS 12 itself can't be required by this kind of resolution: CommonJS has it with NestJS 11,
  // in the application nest-11-jest.
  it('compile so with module node16', (context) => {
    assertNoFaultOfOurs(compile(['import.mts'], NODE16), context);
  });

  it('of CommonJS are what require finds with module node16', () => {
    const read = filesOf(compile(['require.cts'], NODE16));
    for (const { cjs, esm } of ENTRIES) {
      assert.ok(read.has(join(home, cjs.types)), cjs.types);
      assert.ok(!read.has(join(home, esm.types)), esm.types);
    }
  });

  it('are the same for ESM and CommonJS', () => {
    const declarations = (form) =>
      readdirSync(join(home, 'dist', form), { recursive: true })
        .filter((file) => file.endsWith('.d.ts'))
        .map((file) => [file, readFileSync(join(home, 'dist', form, file), 'utf8')]);
    assert.deepEqual(declarations('cjs'), declarations('esm'));
    assert.ok(declarations('esm').length > ENTRIES.length);
  });

  it('accept and refuse what test/types says', (context) => {
    cpSync(`${ROOT}test/types`, join(folder, 'types'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const files = readdirSync(join(folder, 'types')).map((file) => `types/${file}`);
    assert.ok(files.length > 4);
    assertNoFaultOfOurs(compile(files, { ...NODENEXT, skipLibCheck: true }), context);
  });

  // `nest new` sets `declaration`, so an exported value of ours is written down with its whole type.
  it('can be written down by an application that exports what it imports', (context) => {
    const file = 'passed-on.mts';
    const program = compile(['import.mts'], NODENEXT);
    const checker = program.getTypeChecker();
    const lines = ENTRIES.flatMap(({ specifier, esm }, index) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(join(home, esm.types)));
      const values = (module ? checker.getExportsOfModule(module) : [])
        .map((name) => (name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name))
        .filter(({ flags }) => flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function));
      return [
        `import * as entry${index} from '${specifier}';`,
        ...values.map(({ name }) => `export const passed${index}${name} = entry${index}.${name};`),
      ];
    });
    assert.ok(lines.length > 2 * ENTRIES.length);
    writeFileSync(join(folder, file), lines.join('\n'));
    const options = { ...NODENEXT, noEmit: false, declaration: true, skipLibCheck: true };
    assertNoFaultOfOurs(compile([file], options), context);
  });

  it('name no library that the package wraps', () => {
    for (const { specifier, esm, cjs } of ENTRIES)
      for (const { types } of [esm, cjs]) {
        const foreign = foreignNames(join(home, types));
        const unmeant = foreign.filter(
          (name) => ![...NAMEABLE, AUGMENTED].includes(name) && !name.startsWith('node:'),
        );
        assert.deepEqual(unmeant, [], `reached from ${specifier}`);
      }
  });

  it('carry the documentation of every export and of every option', () => {
    const program = compile(['import.mts'], NODENEXT);
    const checker = program.getTypeChecker();
    const documented = (symbol) =>
      ts.displayPartsToString(symbol.getDocumentationComment(checker)).length > 10;
    const undocumented = [];
    for (const { specifier, esm } of ENTRIES) {
      const module = checker.getSymbolAtLocation(program.getSourceFile(join(home, esm.types)));
      for (const name of module ? checker.getExportsOfModule(module) : []) {
        const symbol = name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name;
        if (!documented(symbol)) undocumented.push(`${specifier}: ${name.name}`);
        for (const [key, member] of symbol.members ?? [])
          if (/(?:Config|Options|Identity)$/.test(name.name) && !documented(member))
            undocumented.push(`${specifier}: ${name.name}.${key}`);
      }
    }
    assert.deepEqual(undocumented, []);
  });

  // As pnpm's: the package stands apart, beside its peers, and test runners beside the application alone.
  it('give the matchers to test runners that only the application has', (context) => {
    const application = temporaryFolder();
    const link = (name, target) => {
      const path = join(application, 'node_modules', name);
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(target, path, 'dir');
    };
    link(MANIFEST.name, home);
    for (const name of [...RUNNERS, '@nestjs/common', '@nestjs/testing', '@types/node'])
      link(name, join(ROOT, 'node_modules', name));
    for (const name of [...RUNNERS, '@nestjs/testing', AUGMENTED])
      assert.ok(!existsSync(join(folder, 'node_modules', name)), name);
    cpSync(`${ROOT}test/package/strict-layout`, application, { recursive: true });
    const files = readdirSync(`${ROOT}test/package/strict-layout`);
    assert.equal(files.length, 2);
    for (const file of files)
      assertNoFaultOfOurs(compile([join(application, file)], NODENEXT, application), context);
  });

  function compile(files, options, from = folder) {
    const host = ts.createCompilerHost({});
    host.getCurrentDirectory = () => from;
    const paths = files.map((file) => resolve(from, file));
    return ts.createProgram(paths, { ...STRICT, ...options }, host);
  }

  function filesOf(program) {
    return new Set(program.getSourceFiles().map(({ fileName }) => fileName));
  }

  /** Faults in declarations of other packages are told and not judged: whoever has them, has them without us. */
  function assertNoFaultOfOurs(program, context) {
    const faults = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => ({
      file: file?.fileName ?? '',
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }));
    const theirs = faults.filter(
      ({ file }) => file.includes('/node_modules/') && !file.startsWith(home),
    );
    const packages = new Set(
      theirs.map(({ file }) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)[1]),
    );
    if (theirs.length > 0)
      context.diagnostic(`${theirs.length} faults in others' declarations: ${[...packages]}`);
    assert.deepEqual(
      faults.filter((fault) => !theirs.includes(fault)),
      [],
    );
  }
});

/** Packages that a declaration file names, and those that it reaches. */
function foreignNames(entry, seen = new Set()) {
  seen.add(entry);
  const { importedFiles } = ts.preProcessFile(readFileSync(entry, 'utf8'), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return [fileName];
    const next = join(dirname(entry), fileName.replace(/\.js$/, '.d.ts'));
    return seen.has(next) ? [] : foreignNames(next, seen);
  });
}

it('Every file that package.json names is in the package', async () => {
  const { home } = await unpackBesidePeers();
  const files = new Set(readdirSync(home, { recursive: true }));
  const named = [
    ...[MANIFEST.main, MANIFEST.types, ...Object.values(MANIFEST.bin)],
    ...ENTRIES.flatMap(({ esm, cjs }) => [esm, cjs].flatMap(Object.values)),
    ...Object.values(MANIFEST.typesVersions['*']).flat(),
    ...['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md'],
  ];
  assert.deepEqual(
    named.filter((file) => !files.has(file.replace(/^\.\//, ''))),
    [],
  );
  const subpaths = ENTRIES.map(({ specifier }) => specifier.slice(MANIFEST.name.length + 1));
  assert.deepEqual(
    Object.keys(MANIFEST.typesVersions['*']).sort(),
    subpaths.filter((subpath) => subpath !== '').sort(),
  );
});
