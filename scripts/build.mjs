// Builds the package in three steps: tsc compiles `src/` to `build/`, because decorators and their metadata
// are its own; rolldown makes one file of each entry point, with shared chunks, as ESM for Node itself and
// as CommonJS for tools that cannot require(esm); rollup-plugin-dts does the same with the declarations.
// docs/design-decisions.md says why. The command line is ESM only.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { hashOfInputs, STAMP } from './build-inputs.mjs';
import { ENTRIES, PROGRAM } from './entries.mjs';

const BUILD = resolve('build');
/** Where small modules may share a file. What is on demand is loaded on demand alone. */
const SMALL = /\/build\/core\/(?!on-demand\/)/;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

// Before anything is read: what changes meanwhile makes another build.
const inputs = hashOfInputs();
for (const folder of ['build', 'dist']) rmSync(folder, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
await bundle('esm', { ...ENTRIES, ...PROGRAM });
await bundle('cjs', ENTRIES);
writeFileSync('dist/cjs/package.json', '{"type":"commonjs"}\n');
chmodSync('dist/esm/cli.js', 0o755);
await bundleDeclarations();
writeFileSync(STAMP, inputs);

/** @param {'esm' | 'cjs'} format */
async function bundle(format, entries) {
  const made = await rolldown({
    input: filesOf(entries, 'js'),
    external: isForeign,
    platform: 'node',
    plugins: [withSourceMaps(format === 'cjs' ? requireInTry : (code) => code)],
    onLog: failOnWarning,
  });
  await made.write({
    dir: `dist/${format}`,
    format,
    ...namesOf('js'),
    // Nest names providers, and the log its writers, after their classes.
    keepNames: true,
    // jest loads no import() in CommonJS without flags.
    dynamicImportInCjs: false,
    sourcemap: true,
    // They are in the sources, which the maps carry, and in the declarations.
    comments: false,
    codeSplitting: { groups: chunks('js') },
  });
  await made.close();
}

/** Once for both forms: what they declare is the same. */
async function bundleDeclarations() {
  const made = await rollup({
    input: filesOf(ENTRIES, 'd.ts'),
    external: isForeign,
    plugins: [dts({ tsconfig: 'tsconfig.json' })],
    // It says that types of ours are used and can't be imported by name, which is meant.
    onLog: (level, log) => log.plugin === 'dts' || failOnWarning(level, log),
  });
  const groups = chunks('d.ts').filter(({ minShareCount }) => minShareCount === undefined);
  const output = {
    format: 'es',
    ...namesOf('d.ts'),
    minifyInternalExports: false,
    manualChunks: (id, graph) => groups.find(({ name }) => name(id, graph))?.debugName,
    onlyExplicitManualChunks: true,
  };
  for (const form of ['esm', 'cjs']) await made.write({ ...output, dir: `dist/${form}` });
  await made.close();
}

function filesOf(entries, extension) {
  const input = Object.entries(entries).map(([name, module]) => [
    name,
    `${BUILD}/${module}.${extension}`,
  ]);
  return Object.fromEntries(input);
}

/**
 * One chunk for what every application loads, so that a start reads few files, one for the part of it that
 * browsers load too, and one for small modules that need nothing else and several parts share. The rest is
 * shared as the bundler finds it.
 */
function chunks(extension) {
  let reached;
  const reach = (graph) =>
    (reached ??= Object.fromEntries(
      ['index', 'client', 'zod'].map((entry) => [
        entry,
        reachable(`${BUILD}/${ENTRIES[entry]}.${extension}`, graph),
      ]),
    ));
  const group = (debugName, holds, more) => ({
    debugName,
    name: (id, graph) => (holds(id, graph) ? debugName : null),
    ...more,
  });
  const forBrowsers = (id, graph) => reach(graph).client.has(id) || reach(graph).zod.has(id);
  const always = (id, graph) => reach(graph).index.has(id);
  const needsNothingElse = (id, graph) =>
    graph.getModuleInfo(id).importedIds.every((next) => isBuiltin(next) || always(next, graph));
  return [
    group('bodies', (id, graph) => always(id, graph) && forBrowsers(id, graph), { priority: 2 }),
    group('core', always, { priority: 1 }),
    group('shared', (id, graph) => SMALL.test(id) && needsNothingElse(id, graph), {
      minShareCount: 2,
      maxModuleSize: 4_000,
    }),
  ];
}

/** A module, and those that it imports without `import()`. */
function reachable(id, graph, seen = new Set()) {
  if (seen.has(id)) return seen;
  seen.add(id);
  for (const next of graph.getModuleInfo(id)?.importedIds ?? []) reachable(next, graph, seen);
  return seen;
}

/** Names that stay as they are from version to version, for whoever reads a stack. */
function namesOf(extension) {
  return {
    entryFileNames: `[name].${extension}`,
    chunkFileNames: ({ name }) => `chunks/${name.replace(/\.d$/, '')}.${extension}`,
  };
}

/** Whatever is installed beside the package stays outside. */
function isForeign(id) {
  return !id.startsWith('.') && !id.startsWith('/');
}

/** So that stacks and debuggers show the TypeScript, from inside the maps: sources are not published. */
function withSourceMaps(change) {
  return {
    name: 'with-source-maps',
    load(id) {
      const code = readFileSync(id, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
      return { code: change(code), map: readFileSync(`${id}.map`, 'utf8') };
    },
  };
}

/**
 * `import('package').catch(…)` for CommonJS, with as many lines: bundlers leave alone what they don't find
 * when it is required in a `try`, and in nothing between.
 */
function requireInTry(code) {
  return code.replaceAll(
    /import\(('[^'.][^']*')\)\.catch\((\s*)(\w+\('[^']+'\))(\s*)\)/g,
    (_, name, before, handler, after) =>
      `new Promise((done) => {${before} try { done(require(${name})); } catch (error) { ${handler}(error); } ${after}})`,
  );
}

function failOnWarning(level, log) {
  if (level === 'warn') throw new Error(log.message);
}
