// Builds the package twice from one source: ESM for Node itself, CommonJS for tools that cannot
// require(esm). docs/design-decisions.md says why both are needed. The command line is ESM only.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const compile = (project) =>
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
compile('tsconfig.json');
compile('tsconfig.cjs.json');
writeFileSync('dist/cjs/package.json', '{"type":"commonjs"}\n');
chmodSync('dist/esm/cli/main.js', 0o755);
