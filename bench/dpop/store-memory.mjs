import { createHash, randomBytes } from 'node:crypto';

/**
 * What used proofs take in the memory of a process, each of another client: the most that they can take.
 *
 * @param {number} entries
 */
export async function memoryOfStore(entries) {
  const { MemoryReplayStore } = await import('../../build/core/dpop/memory-replay-store.js');
  const keys = Array.from({ length: entries }, () => {
    const client = createHash('sha256').update(randomBytes(8)).digest('base64url');
    // Flat from the start: to write one out flattens it.
    return Buffer.from(`${client}.${randomBytes(16).toString('base64url')}`).toString('latin1');
  });
  globalThis.gc?.();
  const before = process.memoryUsage();
  const store = new MemoryReplayStore({ now: () => Date.now(), after: () => () => {} });
  const until = Math.floor(Date.now() / 1_000) + 360;
  const startedAt = performance.now();
  for (const key of keys) if (!store.reserve(key, until)) throw new Error('not reserved');
  const microseconds = ((performance.now() - startedAt) * 1_000) / entries;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  // Until here: what they leave behind must not count for what the store takes.
  if (keys.length !== store.size) throw new Error('some are not remembered');
  return { entries: store.size, bytes, bytesPerEntry: bytes / store.size, microseconds };
}
