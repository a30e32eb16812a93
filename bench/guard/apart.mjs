import { startChild } from '../support/child.mjs';

const PROCESS = new URL('entrant-process.mjs', import.meta.url);

/**
 * Lets each entrant enter in a process of its own: beside a dozen other guards in one, V8 compiles what they
 * share for all of them, and each takes longer than it does in a server.
 *
 * @param {readonly import('./entrants.mjs').Entry[]} entries
 * @param {{ world: import('../support/world.mjs').World, tokens: readonly string[] }} scene
 * @returns {Promise<readonly { id: string, label: string, slice: import('../measure.mjs').Slice, close(): void }[]>}
 */
export async function enterApart(entries, { world, tokens }) {
  const { algorithm, jwk, jwksUri, cacheEntries } = world;
  const terms = { key: { algorithm, jwk }, options: { jwksUri, cacheEntries }, tokens };
  const entrants = [];
  for (const { id } of entries) {
    const { ask, stop } = startChild(PROCESS, { name: id });
    const { label } = await ask({ type: 'enter', id, ...terms });
    entrants.push({ id, label, slice: (sliceMs) => ask({ type: 'slice', sliceMs }), close: stop });
  }
  return entrants;
}
