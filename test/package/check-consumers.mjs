// Packs the package and installs it, one after another, in the applications beside this file. Each
// is built as its own users build theirs, tested with their runner and started with nothing but its
// production dependencies. They differ in what stands in their folders and share what is in shared/.
//
//   node test/package/check-consumers.mjs [name…]
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestIssuer } from '../../dist/esm/testing.js';
import { checkStarted } from './check-started.mjs';
import { checkBundles } from './check-bundles.mjs';
import { checkProductionInstall } from './check-production-install.mjs';
import { noTestRunner, packagesIn } from './installed.mjs';
import { faultsOf, ROOT, run, step, temporaryFolder } from './steps.mjs';

const HERE = `${ROOT}test/package/`;
/** What the first example of the README trusts; the issuer of this run takes its place. */
const EXAMPLE_ISSUER = 'https://login.example.com';

/** The ways in which TypeScript finds declarations, with the oldest and the newest TypeScript among the consumers. */
const MODERN = [{ module: 'nodenext' }, { module: 'node16', moduleResolution: 'node16' }];
const OLD = { module: 'commonjs', moduleResolution: 'node10', resolvePackageJsonExports: false };
const TYPE_CHECKS = {
  'nest-11-jest': [...MODERN, OLD],
  'nest-11-swc': MODERN,
  'nest-12-jest': MODERN,
  'nest-12-vitest': MODERN,
  'nest-12-vitest-5': MODERN,
};

const all = readdirSync(HERE).filter((name) => name.startsWith('nest-'));
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const { name: packageName, version, peerDependenciesMeta } = readJson(`${ROOT}package.json`);
const tarball = join(temporaryFolder(), `${packageName}-${version}.tgz`);
await step('packed', () =>
  run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', join(tarball, '..')],
    ROOT,
  ),
);
const issuer = await createTestIssuer();
for (const name of names) await check(name);
if (names === all) {
  await checkProductionInstall(tarball);
  await checkBundles(tarball, issuer);
}
await issuer.close();

async function check(name) {
  const folder = temporaryFolder();
  const own = readJson(`${HERE}${name}/package.json`);
  const esm = own.type === 'module';
  const npm = (...args) => run('npm', args, folder);
  const said = (title, action) => step(`${name}: ${title}`, action);

  cpSync(`${HERE}shared`, folder, { recursive: true });
  cpSync(HERE + name, folder, { recursive: true });
  for (const { name: file, text } of blocks(name)) writeFileSync(join(folder, 'src', file), text);
  if (!esm) useImportsWithoutExtensions(join(folder, 'src'));

  await said('installed', () =>
    npm('install', '--save-exact', '--prefer-offline', '--no-audit', '--no-fund', tarball),
  );
  await said('built', () => npm('run', 'build'));
  const tests = await said('tested', () => npm('test'));
  console.log(summaryOf(tests));
  for (const options of TYPE_CHECKS[name] ?? [])
    await said(`declarations compile, ${JSON.stringify(options)}`, () =>
      typeCheck(folder, options),
    );
  await said('import and require give one package', () =>
    run(process.execPath, ['both-forms/check.mjs'], folder),
  );
  if (name === 'nest-12-vitest') await said('command line', () => commandLine(folder));

  await said('left with its production dependencies', () => npm('prune', '--omit=dev'));
  await said('none of the optional packages is there', () => nothingOptional(folder, own));
  await said('no test runner is there', () => noTestRunner(folder));
  for (const adapter of ['express', 'fastify'])
    await said(`started on ${adapter}`, () => checkStarted({ folder, adapter, issuer }));
  rmSync(folder, { recursive: true, force: true });
}

/** The application of the README with the filter of docs/refusals.md, and the tests of docs/testing.md where it says that they run. */
function blocks(consumer) {
  const readme = blocksOf('README.md').filter(({ name }) =>
    ['app.module.ts', 'notes.controller.ts'].includes(name),
  );
  const [filter] = blocksOf('docs/refusals.md').filter(({ name }) => name === 'refresh.filter.ts');
  const application = [...readme, filter].map(({ name, text }) => ({
    name,
    text: text.replaceAll(EXAMPLE_ISSUER, issuer.issuer),
  }));
  if (!application.some(({ text }) => text.includes(issuer.issuer)))
    throw new Error(`the README’s example does not trust ${EXAMPLE_ISSUER}`);
  return consumer === 'nest-12-vitest'
    ? [...application, ...blocksOf('docs/testing.md')]
    : application;
}

function blocksOf(path) {
  const markdown = readFileSync(ROOT + path, 'utf8');
  const found = [...markdown.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)];
  return found.map(([, name, text]) => ({ name, text }));
}

/** Applications in CommonJS import their own files without `.js`, and their test runners expect it. */
function useImportsWithoutExtensions(src) {
  for (const file of readdirSync(src)) {
    const text = readFileSync(join(src, file), 'utf8');
    writeFileSync(join(src, file), text.replaceAll(/((?:from|import) '\.\/[^']+)\.js'/g, "$1'"));
  }
}

/** Strict and without skipLibCheck. What other packages' declarations do wrong is theirs: it is counted, not judged. */
async function typeCheck(folder, compilerOptions) {
  const files = ['src/main.ts', 'src/reports.controller.ts', 'src/refusals.spec.ts'];
  const strict = { strict: true, skipLibCheck: false, noEmit: true, incremental: false };
  const config = { extends: './tsconfig.json', compilerOptions: { ...strict, ...compilerOptions } };
  writeFileSync(
    join(folder, 'tsconfig.strict.json'),
    JSON.stringify({ ...config, files, include: [] }),
  );
  const { ours, theirs } = await faultsOf(
    folder,
    'tsconfig.strict.json',
    (file) => !file.startsWith('node_modules/') || file.startsWith(`node_modules/${packageName}/`),
  );
  if (ours.length > 0) throw new Error(ours.join('\n'));
  if (theirs.length > 0)
    console.log(`     ${theirs.length} faults in declarations of other packages`);
}

async function commandLine(folder) {
  const { stdout } = await run('npx', [packageName, '--help'], folder);
  if (!stdout.startsWith(`Usage: ${packageName}`)) throw new Error('it has no help');
}

/** Peers that nobody needs for HTTP, and what they would bring. */
function nothingOptional(folder, { dependencies }) {
  const optional = Object.keys(peerDependenciesMeta).filter((peer) => !(peer in dependencies));
  const there = new Set(packagesIn(folder));
  const found = optional.filter((peer) => there.has(peer));
  if (found.length > 0) throw new Error(`installed without being asked for: ${found.join(', ')}`);
}

function summaryOf({ stdout, stderr }) {
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => /^\s*(Tests|Test Suites|Test Files):?\s/.test(line))
    .join('\n');
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
