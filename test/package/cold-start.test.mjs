// What an application loads that imports the package for HTTP, where every optional package is
// installed. (Where none is, the applications of check-consumers.mjs start.)
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENTRIES, PROGRAM } from '../../scripts/entries.mjs';
import { MANIFEST } from './packed.mjs';
import { sourcesOf } from './sources.mjs';
import { ROOT, run, temporaryFolder } from './steps.mjs';

const HERE = fileURLToPath(new URL('cold-start/', import.meta.url));
const CONFIG = { audience: 'https://api.example.com', issuers: ['https://login.example.com'] };
/** Rooms that are imported by a subpath of their own, and the program's. */
const BY_SUBPATH = Object.values({ ...ENTRIES, ...PROGRAM })
  .map((module) => dirname(module))
  .filter((room) => room !== '.');
/** Rooms that a configuration asks for, with what asks. */
const BY_CONFIGURATION = {
  'core/on-demand/resource-metadata': { resourceMetadata: { resource: 'https://api.example.com' } },
  'core/on-demand/error-reference': { errorReference: { path: '/errors' } },
  'core/on-demand/audit': { audit: 'warn' },
};
const OPTIONAL_PACKAGES = [
  ...Object.keys(MANIFEST.peerDependenciesMeta),
  ...['commander', 'socket.io', 'ws', 'graphql', 'mercurius', 'vitest', '@nestjs/testing'],
];

for (const form of ['import', 'require'])
  describe(`An application for HTTP that says ${form}`, () => {
    for (const adapter of ['Express', 'Fastify'])
      it(`loads none of the optional packages and rooms on ${adapter}`, async () => {
        const added = await addedBy(form, adapter);
        const sources = ownSources(form, added);
        assert.ok(sources.some((path) => path.endsWith('auth.module.ts')));
        assert.ok(added.some((url) => packageOf(url) === 'passport-jwt'));
        assert.deepEqual(
          added.filter((url) => OPTIONAL_PACKAGES.includes(packageOf(url))),
          [],
        );
        assert.deepEqual(
          sources.filter((path) => BY_SUBPATH.some((room) => path.startsWith(`${room}/`))),
          [],
        );
        assert.deepEqual(roomsOf(sources), []);
      });

    it('loads no passport where node:crypto verifies signatures', async () => {
      const added = await addedBy(form, 'Express', { signatureVerifier: 'node:crypto' });
      assert.ok(ownSources(form, added).some((path) => path.endsWith('auth.module.ts')));
      assert.deepEqual(
        added.filter((url) => /passport|jsonwebtoken|^jw[as]$/.test(packageOf(url) ?? '')),
        [],
      );
    });

    for (const [room, config] of Object.entries(BY_CONFIGURATION))
      it(`loads ${room}/ when the configuration asks for it`, async () => {
        const added = await addedBy(form, 'Express', config);
        assert.deepEqual(roomsOf(ownSources(form, added)), [room]);
      });
  });

/** What NestJS loads by itself, on each adapter. */
const baselines = new Map();

/** Modules that are loaded because of the package. */
async function addedBy(form, adapter, config = {}) {
  if (!baselines.has(adapter)) baselines.set(adapter, new Set(await modulesOf('neither', adapter)));
  const modules = await modulesOf(form, adapter, { ...CONFIG, ...config });
  return modules.filter((url) => !baselines.get(adapter).has(url));
}

async function modulesOf(form, adapter, config = {}) {
  const list = join(temporaryFolder(), 'modules.txt');
  const node = ['--disable-warning=ExperimentalWarning', '--import', `${HERE}list-modules.mjs`];
  const application = [`${HERE}application.mjs`, form, adapter, JSON.stringify(config)];
  await run(process.execPath, [...node, ...application], ROOT, { MODULES: list });
  return [...new Set(readFileSync(list, 'utf8').split('\n'))];
}

/** Rooms that a configuration asks for, wherever in `src/` they stand. */
function roomsOf(sources) {
  return Object.keys(BY_CONFIGURATION).filter((room) =>
    sources.some((path) => `/${path}`.includes(`/${room}/`)),
  );
}

/** What the package's own files among the modules are made of. */
function ownSources(form, modules) {
  const home = pathToFileURL(`${ROOT}dist/${form === 'import' ? 'esm' : 'cjs'}/`).href;
  return modules.filter((url) => url.startsWith(home)).flatMap(sourcesOf);
}

function packageOf(url) {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
}
