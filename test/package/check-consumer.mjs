// Packs the package, installs it into an application as NestJS' own command line makes it, and runs
// there every block of docs/testing.md against the application of the README, type check included,
// and the package's command line.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEADLINE_MS = 300_000;
const application = mkdtempSync(join(tmpdir(), 'consumer-'));
process.once('exit', () => rmSync(application, { recursive: true, force: true }));

cpSync(`${ROOT}test/package/consumer`, application, { recursive: true });
await step(
  'package packed',
  'npm',
  ['pack', '--silent', '--ignore-scripts', '--pack-destination', application],
  ROOT,
);
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const tarball = `./nestjs-trusted-issuers-${version}.tgz`;
await step('installed', 'npm', [...['install', '--no-save', '--no-audit', '--no-fund'], tarball]);

mkdirSync(join(application, 'src'));
const files = [
  ...blocksOf('README.md').filter(({ name }) =>
    /^(?:app\.module|notes\.controller)\.ts$/.test(name),
  ),
  ...blocksOf('docs/testing.md'),
];
for (const { name, text } of files) writeFileSync(join(application, 'src', name), text);
await step(`${files.length} files compiled`, 'npx', ['tsc', '--noEmit']);
console.log(await step('run', 'npx', ['vitest', 'run']));

const help = await step('command line', 'npx', ['nestjs-trusted-issuers', '--help']);
if (!help.startsWith('Usage: nestjs-trusted-issuers')) fail('the command line has no help');

function blocksOf(path) {
  const markdown = readFileSync(ROOT + path, 'utf8');
  const blocks = [...markdown.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)];
  return blocks.map(([, name, text]) => ({ name, text }));
}

async function step(name, command, args, cwd = application) {
  const options = { cwd, timeout: DEADLINE_MS, env: { ...process.env, CI: '1', NO_COLOR: '1' } };
  try {
    const { stdout } = await promisify(execFile)(command, args, options);
    console.log(`ok   ${name}`);
    return stdout;
  } catch (error) {
    return fail(`${name}: ${error.message}\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
  }
}

function fail(message) {
  console.error(`check-consumer: ${message}`);
  process.exit(1);
}
