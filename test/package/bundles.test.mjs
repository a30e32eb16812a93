// What bundling must leave as it is: what each entry exports, names of classes, the way back to the source.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { ENTRIES as MODULES, PROGRAM } from '../../scripts/entries.mjs';
import { ENTRIES, MANIFEST, unpackBesidePeers } from './packed.mjs';
import { ROOT, run } from './steps.mjs';

const require = createRequire(import.meta.url);

describe('The bundled package', () => {
  let home;
  before(async () => {
    ({ home } = await unpackBesidePeers());
  });
  const filesOf = (ending) =>
    readdirSync(join(home, 'dist'), { recursive: true }).filter((file) => file.endsWith(ending));

  it('has an entry point for each subpath, and no other', () => {
    const named = ENTRIES.map(({ esm }) => esm.default.replace(/^\.\/dist\/esm\/|\.js$/g, ''));
    assert.deepEqual(named.sort(), Object.keys(MODULES).sort());
    const [program] = Object.keys(PROGRAM);
    assert.deepEqual(Object.values(MANIFEST.bin), [`dist/esm/${program}.js`]);
  });

  for (const [name, module] of Object.entries(MODULES))
    it(`exports of ${name} what its source exports, by the same names, in both forms`, async () => {
      const source = await import(`${ROOT}build/${module}.js`);
      for (const bundle of [
        await import(`${ROOT}dist/esm/${name}.js`),
        require(`${ROOT}dist/cjs/${name}.js`),
      ]) {
        assert.deepEqual(Object.keys(bundle).sort(), Object.keys(source).sort());
        for (const [key, value] of Object.entries(source))
          assert.equal(bundle[key]?.name, value?.name, key);
      }
    });

  it('keeps the names of classes, of those that nobody can import too', () => {
    const written = filesOf('.js').map((file) => readFileSync(join(home, 'dist', file), 'utf8'));
    const code = written.join('\n');
    const classes = new Set(
      readdirSync(`${ROOT}build`, { recursive: true })
        .filter((file) => file.endsWith('.js'))
        .flatMap((file) => [
          ...readFileSync(`${ROOT}build/${file}`, 'utf8').matchAll(
            /^(?:export )?(?:let|class) ([A-Z]\w+)(?= = class| extends| \{)/gm,
          ),
        ])
        .map(([, name]) => name),
    );
    assert.ok(classes.size > 80);
    const lost = [...classes].filter(
      (name) =>
        !new RegExp(`\\b(?:class ${name}|${name} = class)\\b|__name\\(\\w+, "${name}"\\)`).test(
          code,
        ),
    );
    assert.deepEqual(lost, []);
  });

  it('carries its sources in its source maps, and nothing else of them', () => {
    const mapped = new Set();
    for (const file of filesOf('.js.map')) {
      const { sources, sourcesContent } = JSON.parse(
        readFileSync(join(home, 'dist', file), 'utf8'),
      );
      for (const [index, source] of sources.entries()) {
        const original = resolve(dirname(join(ROOT, 'dist', file)), source);
        assert.ok(original.startsWith(`${ROOT}src/`), `${file}: ${source}`);
        mapped.add(original);
        assert.equal(sourcesContent[index], readFileSync(original, 'utf8'), source);
      }
    }
    const compiled = readdirSync(`${ROOT}build`, { recursive: true })
      .filter((file) => file.endsWith('.js'))
      .filter((file) =>
        /^(?:export )?(?:async )?(?:class|function|let \w+ = class) /m.test(
          readFileSync(`${ROOT}build/${file}`, 'utf8'),
        ),
      );
    assert.ok(compiled.length > 200);
    const missing = compiled.filter((file) => !mapped.has(`${ROOT}src/${file.slice(0, -3)}.ts`));
    assert.deepEqual(missing, []);
    assert.ok(!readdirSync(home).includes('src'));
  });

  it('shows the TypeScript in a stack', async () => {
    const source = `
      import { createTestIssuer } from '${ROOT}dist/esm/testing.js';
      await createTestIssuer({ nonsense: 1 }).catch((error) => console.log(error.stack));`;
    const { stdout } = await run(
      process.execPath,
      ['--enable-source-maps', '--input-type=module', '--eval', source],
      ROOT,
    );
    assert.match(stdout, /src\/testing\/[\w.-]+\.ts:\d+:\d+/);
  });
});
