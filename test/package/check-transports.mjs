// Packs the package and tests it with gateways and microservices on Nest 11 (test/e2e does on Nest 12).
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, NO_COLOR: '1' } });

cpSync(`${ROOT}test/package/nest-11-transports`, folder, { recursive: true });
run(ROOT, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const quiet = ['--no-save', '--no-audit', '--no-fund', '--silent'];
run(folder, 'npm', 'install', ...quiet, `./nestjs-trusted-issuers-${version}.tgz`);
run(folder, 'npx', 'tsc');
run(folder, process.execPath, '--test', 'dist/');
