import { setTimeout as delay } from 'node:timers/promises';

const COLLECTIONS = 8;
const PAUSE_MS = 30;

/**
 * Collects all garbage of this process some times, as happens to a server that is idle for a moment after its
 * start. From then on `process.nextTick` takes several times as long (in Node 20, 22 and 24): V8 forgets what kind of
 * object a tick is while none waits. Whether that happens to a server by itself hangs on how much its start
 * allocates, and makes a tenth of a request; so it happens to all. The process needs `--expose-gc`.
 */
export async function settle() {
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    await delay(PAUSE_MS);
    globalThis.gc();
  }
}
