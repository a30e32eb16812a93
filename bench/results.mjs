import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { environment } from './support/environment.mjs';

const folder = new URL('results/', import.meta.url);
const fileOf = (name) => new URL(`${name}.json`, folder);

/**
 * A section's result with where and when it was measured.
 *
 * @typedef {{ environment: ReturnType<typeof environment>, result: any }} Stored
 */

/** @param {string} name @param {object} result */
export function storeResult(name, result) {
  mkdirSync(folder, { recursive: true });
  const stored = { environment: environment(), result };
  writeFileSync(fileOf(name), `${JSON.stringify(stored, null, 2)}\n`);
}

/**
 * What was measured on this machine with this Node; numbers from elsewhere don't belong beside them.
 *
 * @param {readonly string[]} names
 * @returns {Record<string, Stored>}
 */
export function storedResults(names) {
  const here = environment();
  const found = names.map((name) => [name, read(name)]);
  return Object.fromEntries(
    found.filter(([, stored]) => {
      const there = stored?.environment;
      return there?.node === here.node && there.machine === here.machine;
    }),
  );
}

function read(name) {
  try {
    return JSON.parse(readFileSync(fileOf(name), 'utf8'));
  } catch {
    return undefined;
  }
}
