// Builds the package, if anything of it has changed, and the sample application, then becomes the application.
// Its second process ends with it, so ending it ends everything.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { isBuilt } from './build-inputs.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
if (!isBuilt()) {
  console.log('Building, for some seconds …');
  await import('./build.mjs');
}
execFileSync(process.execPath, [tsc, '-p', 'sample-app/tsconfig.json'], { stdio: 'inherit' });
await import('../sample-app/dist/main.js');
