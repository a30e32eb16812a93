// What an application loads that imports the package for HTTP, where every optional package is
// installed. (Where none is, the applications of check-consumers.mjs start.)
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENTRIES, MANIFEST } from './packed.mjs';
import { ROOT, run, temporaryFolder } from './steps.mjs';

const HERE = fileURLToPath(new URL('cold-start/', import.meta.url));
const CONFIG = { audience: 'https://api.example.com', issuers: ['https://login.example.com'] };
/** Rooms that are imported by a subpath of their own, and the program. */
const BY_SUBPATH = [
  'cli',
  ...ENTRIES.map(({ esm }) => relative('dist/esm', dirname(esm.default))).filter(Boolean),
];
/** Rooms that a configuration asks for, with what asks. */
const BY_CONFIGURATION = {
  'core/on-demand/resource-metadata': { resourceMetadata: { resource: 'https://api.example.com' } },
  'core/on-demand/error-reference': { errorReference: { path: '/errors' } },
  'core/on-demand/audit': { audit: 'warn' },
};
const OPTIONAL_PACKAGES = [
  ...Object.keys(MANIFEST.peerDependenciesMeta),
  ...['commander', 'socket.io', 'ws', 'graphql', 'mercurius'],
];

for (const form of ['import', 'require'])
  describe(`An application for HTTP that says ${form}`, () => {
    for (const adapter of ['Express', 'Fastify'])
      it(`loads none of the optional packages and rooms on ${adapter}`, async () => {
        const added = await addedBy(form, adapter);
        assert.ok(added.some((url) => url === own(form, 'auth.module.js')));
        assert.ok(added.some((url) => packageOf(url) === 'passport-jwt'));
        assert.deepEqual(
          added.filter((url) => OPTIONAL_PACKAGES.includes(packageOf(url))),
          [],
        );
        const rooms = [...BY_SUBPATH, ...Object.keys(BY_CONFIGURATION)];
        assert.deepEqual(
          added.filter((url) => rooms.some((room) => url.startsWith(own(form, `${room}/`)))),
          [],
        );
      });

    for (const [room, config] of Object.entries(BY_CONFIGURATION))
      it(`loads ${room}/ when the configuration asks for it`, async () => {
        const added = await addedBy(form, 'Express', config);
        const folders = Object.keys(BY_CONFIGURATION).filter((each) =>
          added.some((url) => url.startsWith(own(form, `${each}/`))),
        );
        assert.deepEqual(folders, [room]);
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

/** The address of a file of the package's own. */
function own(form, path) {
  return pathToFileURL(`${ROOT}dist/${form === 'import' ? 'esm' : 'cjs'}/${path}`).href;
}

function packageOf(url) {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
}
