import { setImmediate as turn } from 'node:timers/promises';
import { candidate } from '../contestants/index.mjs';
import { openGuard } from './guarded-call.mjs';

/**
 * One candidate under one workload.
 *
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} candidate
 * @property {import('./workloads.mjs').Workload} workload
 * @property {string} [note] added to the label
 * @property {number} [inFlight] how many calls are under way at once; default 1
 */

/** @type {readonly Entry[]} */
export const ENTRIES = [
  { id: 'ceiling', candidate: 'ceiling', workload: 'hot' },
  { id: 'ours-hot', candidate: 'ours', workload: 'hot', note: 'one hot token' },
  { id: 'ours-pool', candidate: 'ours', workload: 'pool', note: 'as many tokens as fit' },
  { id: 'ours-distinct', candidate: 'ours', workload: 'distinct', note: 'store and evict' },
  { id: 'ours-miss', candidate: 'ours-uncached', workload: 'distinct' },
  {
    id: 'ours-node-crypto-distinct',
    candidate: 'ours-node-crypto',
    workload: 'distinct',
    note: 'store and evict',
  },
  {
    id: 'ours-node-crypto-miss',
    candidate: 'ours-node-crypto-uncached',
    workload: 'distinct',
  },
  {
    id: 'ours-node-crypto-64',
    candidate: 'ours-node-crypto-uncached',
    workload: 'distinct',
    note: '64 in flight',
    inFlight: 64,
  },
  { id: 'auth-guard', candidate: 'auth-guard-key-object', workload: 'distinct' },
  { id: 'passport-by-hand', candidate: 'passport-by-hand', workload: 'distinct' },
  { id: 'crypto-by-hand', candidate: 'crypto-by-hand', workload: 'distinct' },
  { id: 'memory-by-hand', candidate: 'memory-by-hand', workload: 'hot', note: 'one hot token' },
  { id: 'usual-recipe', candidate: 'usual-recipe', workload: 'distinct' },
  { id: 'jose', candidate: 'jose', workload: 'distinct', note: 'one at a time' },
  { id: 'jose-64', candidate: 'jose', workload: 'distinct', note: '64 in flight', inFlight: 64 },
  { id: 'fast-jwt-hot', candidate: 'fast-jwt', workload: 'hot', note: 'one hot token' },
  { id: 'fast-jwt-pool', candidate: 'fast-jwt', workload: 'pool', note: 'as many tokens as fit' },
  { id: 'fast-jwt-distinct', candidate: 'fast-jwt', workload: 'distinct', note: 'store and evict' },
  { id: 'fast-jwt-miss', candidate: 'fast-jwt-uncached', workload: 'distinct' },
  { id: 'aws-jwt-verify', candidate: 'aws-jwt-verify', workload: 'distinct' },
  { id: 'jsonwebtoken', candidate: 'jsonwebtoken', workload: 'distinct' },
];

/** @param {string} algorithm @param {readonly string[]} [only] ids */
export const entriesFor = (algorithm, only) =>
  ENTRIES.filter(({ id }) => !only || id === 'ceiling' || only.includes(id)).filter((entry) =>
    candidate(entry.candidate).verifies(algorithm),
  );

/**
 * Starts a candidate, makes sure that it judges rightly, and fills its cache.
 *
 * @param {Entry} entry
 * @param {import('../support/world.mjs').World} world
 * @param {import('./workloads.mjs').Headers} headers
 * @returns {Promise<import('../measure.mjs').Contestant & { close(): Promise<void> }>}
 */
export async function enter(entry, world, headers) {
  const { label, create } = candidate(entry.candidate);
  const { call, close } = await openGuard(await create(world));
  await requireJudgement(entry, call, headers.supply('hot')());
  const supply = headers.supply(entry.workload);
  // Only what keeps tokens needs to have seen them all.
  const seen = ['ours', 'ours-node-crypto', 'fast-jwt'].includes(entry.candidate)
    ? headers.count(entry.workload)
    : 1;
  for (let count = 0; count < seen; count++) {
    await call(supply());
    // As between any two requests. Else what a signature check leaves behind outlives collections, V8
    // takes whatever was made at those places for long-lived, and all are slow from then on.
    await turn();
  }
  return {
    id: entry.id,
    label: entry.note ? `${label}, ${entry.note}` : label,
    operate: operationOf(() => call(supply()), entry.inFlight ?? 1),
    weight: entry.inFlight ?? 1,
    close,
  };
}

function operationOf(call, inFlight) {
  if (inFlight === 1) return call;
  return () => Promise.all(Array.from({ length: inFlight }, call));
}

/** A contestant that lets a forged token in, or keeps a good one out, must not be in the tables. */
async function requireJudgement({ id }, call, good) {
  const position = good.length - 100;
  const other = good[position] === 'A' ? 'B' : 'A';
  const forged = good.slice(0, position) + other + good.slice(position + 1);
  if ((await call(good)) !== true) throw new Error(`${id} refused a good token`);
  if (id === 'ceiling') return;
  const admitted = await new Promise((resolve) => resolve(call(forged))).catch(() => false);
  if (admitted !== false) throw new Error(`${id} let a forged token in`);
}
