// Builds the package twice from one source: ESM for Node itself, CommonJS for tools that cannot
// require(esm). docs/design-decisions.md says why both are needed.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const compile = (...options) =>
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json', ...options], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
compile();
compile(
  ...['--module', 'commonjs', '--moduleResolution', 'bundler'],
  ...['--verbatimModuleSyntax', 'false', '--outDir', 'dist/cjs'],
);
writeFileSync('dist/cjs/package.json', '{"type":"commonjs"}\n');
