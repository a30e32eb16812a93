// Bundles an application for HTTP, in a folder that has none of the optional packages, in every form that
// people deploy; starts each bundle and asks it for a 200 and a 401.
import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { withStarted } from './check-started.mjs';
import { ROOT, run, step, temporaryFolder } from './steps.mjs';

const ABSENT = [
  '@nestjs/websockets',
  '@nestjs/microservices',
  '@nestjs/graphql',
  '@nestjs/swagger',
];
/** What NestJS itself looks for, and esbuild does not find. Nothing is said of what we look for. */
const NESTS_OWN = [
  ...['class-transformer', '@nestjs/websockets/socket-module.js', '@nestjs/microservices'],
  '@nestjs/microservices/microservices-module.js',
];
/** What is bundled of NestJS and is CommonJS calls require(). */
const REQUIRE =
  "import * as nodeModule from 'node:module'; const require = nodeModule.createRequire(import.meta.url);";
const ESM = { format: 'esm', banner: { js: REQUIRE } };

/** Title, the application's form and file, and what its bundler is told. */
const BUNDLES = [
  ['esbuild', 'ESM, one file', 'main.mjs', 'one/main.mjs', ESM],
  [
    ...['esbuild', 'ESM, chunks', 'main.mjs', 'chunks/main.mjs'],
    // Chunks that are shared run before what the entry imports, so this must come from outside.
    { ...ESM, splitting: true, external: ['reflect-metadata'] },
  ],
  ['esbuild', 'CommonJS', 'main.mjs', 'cjs/main.cjs', { format: 'cjs' }],
  ['esbuild', 'CommonJS, by require()', 'main.cjs', 'required/main.cjs', { format: 'cjs' }],
  [
    'rolldown',
    'ESM, one file',
    'main.mjs',
    'one/main.mjs',
    { format: 'esm', codeSplitting: false },
  ],
  ['rolldown', 'ESM, chunks', 'main.mjs', 'chunks/main.mjs', { format: 'esm' }],
  ['rolldown', 'CommonJS', 'main.mjs', 'cjs/main.cjs', { format: 'cjs' }],
  ['rolldown', 'CommonJS, by require()', 'main.cjs', 'required/main.cjs', { format: 'cjs' }],
];
const BUNDLERS = { esbuild: bundleByEsbuild, rolldown: bundleByRolldown };

/** @param {import('../../dist/esm/testing.js').TestIssuer} issuer */
export async function checkBundles(tarball, issuer) {
  const folder = temporaryFolder();
  cpSync(`${ROOT}test/package/bundled`, folder, { recursive: true });
  const options = ['--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'];
  await step('bundled: installed, without the optional packages', async () => {
    await run('npm', ['install', ...options, tarball], folder);
    for (const name of ABSENT) assert.ok(!existsSync(`${folder}/node_modules/${name}`), name);
  });
  writeFileSync(`${folder}/main.cjs`, byRequire(readFileSync(`${folder}/main.mjs`, 'utf8')));
  for (const [bundler, title, input, output, settings] of BUNDLES) {
    const file = `out/${bundler}/${output}`;
    await step(`bundled: ${bundler}, ${title}`, async () => {
      await BUNDLERS[bundler](folder, input, file, settings);
      await withStarted({ folder, file, env: { ISSUER: issuer.issuer } }, (get) =>
        checkAnswers(get, issuer),
      );
    });
  }
}

async function checkAnswers(get, issuer) {
  const good = await get('/notes', issuer.token({ subject: 'bob' }));
  assert.deepEqual([good.status, good.body], [200, { caller: 'bob' }]);
  const none = await get('/notes');
  assert.deepEqual([none.status, none.body.code], [401, 'auth_required']);
  const expired = await get('/notes', issuer.expiredToken());
  assert.deepEqual([expired.status, expired.body.code], [401, 'token_expired']);
}

async function bundleByEsbuild(folder, input, file, { external = [], ...settings }) {
  const { warnings } = await esbuild.build({
    ...{ absWorkingDir: folder, entryPoints: [input], bundle: true, platform: 'node' },
    ...{ outdir: file.slice(0, file.lastIndexOf('/')), target: 'node20', logLevel: 'silent' },
    outExtension: { '.js': file.slice(file.lastIndexOf('.')) },
    external: [...NESTS_OWN, ...external],
    ...settings,
  });
  assert.deepEqual(warnings, []);
}

async function bundleByRolldown(folder, input, file, settings) {
  const bundle = await rolldown({ cwd: folder, input, platform: 'node', logLevel: 'silent' });
  const dir = `${folder}/${file.slice(0, file.lastIndexOf('/'))}`;
  const extension = file.slice(file.lastIndexOf('.'));
  const names = {
    entryFileNames: `[name]${extension}`,
    chunkFileNames: `[name]-[hash]${extension}`,
  };
  await bundle.write({ dir, ...names, ...settings });
  await bundle.close();
}

/** The same application in CommonJS. */
function byRequire(source) {
  return source
    .replaceAll(/^import ('.*');$/gm, 'require($1);')
    .replaceAll(/^import (\{.*\}) from ('.*');$/gm, 'const $1 = require($2);');
}
