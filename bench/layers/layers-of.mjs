/** Whose code it is, by where it is; the first that fits. */
const LAYERS = [
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['signature check', ({ url }) => url.startsWith('node:internal/crypto')],
  ['jsonwebtoken, jws, jwa', ({ url }) => /\/node_modules\/(jsonwebtoken|jws|jwa|ecdsa)/.test(url)],
  ['passport', ({ url }) => /\/node_modules\/(passport|@nestjs\/passport)/.test(url)],
  ['jose', ({ url }) => url.includes('/node_modules/jose/')],
  ['fast-jwt', ({ url }) => url.includes('/node_modules/fast-jwt/')],
  ['nestjs-trusted-issuers', ({ url }) => url.includes('/dist/esm/')],
  ['NestJS and its adapter', ({ url }) => url.includes('/node_modules/')],
  ['Node.js: streams, HTTP, sockets', ({ url }) => url.startsWith('node:')],
  ['Node.js: native code', ({ url }) => url === ''],
];
const REST = 'the rest';

/** In the order of the tables. */
export const LAYER_NAMES = [...LAYERS.map(([name]) => name), REST];

/**
 * Which share of a CPU profile each layer has. Builtins count for who calls them, as V8 has it.
 *
 * @param {import('node:inspector').Profiler.Profile} profile
 * @returns {Record<string, number>} shares of the time that was not idle
 */
export function layersOf({ nodes, samples, timeDeltas }) {
  const layers = new Map(nodes.map((node) => [node.id, layerOf(node.callFrame)]));
  const times = Object.fromEntries(LAYER_NAMES.map((name) => [name, 0]));
  samples.forEach((id, index) => (times[layers.get(id)] += timeDeltas[index]));
  const busy = Object.entries(times).filter(([name]) => name !== 'idle');
  const total = busy.reduce((sum, [, time]) => sum + time, 0);
  return Object.fromEntries(busy.map(([name, time]) => [name, time / total]));
}

const layerOf = (frame) => LAYERS.find(([, holds]) => holds(frame))?.[0] ?? REST;
