// Preloaded with --import: writes the address of every module that the process loads into the file
// that MODULES names. Imports are seen by a hook; what was required stands in a cache at the end.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

register('./resolve.hook.mjs', import.meta.url);

const { cache } = createRequire(import.meta.url);
process.once('exit', () => {
  for (const path of Object.keys(cache))
    appendFileSync(process.env.MODULES, `${pathToFileURL(path).href}\n`);
});
