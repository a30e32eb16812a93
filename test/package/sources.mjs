// Which modules of `src/` a published file is made of, by its source map.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './steps.mjs';

/** Their paths below `src/`, with `/`; none for a file without a map. */
export function sourcesOf(url) {
  const file = fileURLToPath(url);
  if (!existsSync(`${file}.map`)) return [];
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return sources.map((source) => relative(`${ROOT}src`, resolve(dirname(file), source)));
}
