import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How node:crypto names what is measured, and how it is asked. */
const ALGORITHMS = {
  RS256: { type: 'rsa', keyOptions: { modulusLength: 2048 }, hash: 'sha256' },
  ES256: { type: 'ec', keyOptions: { namedCurve: 'P-256' }, hash: 'sha256' },
  ES384: { type: 'ec', keyOptions: { namedCurve: 'P-384' }, hash: 'sha384' },
  EdDSA: { type: 'ed25519', keyOptions: {}, hash: null },
  'ML-DSA-44': { type: 'ml-dsa-44', keyOptions: {}, hash: null },
  'ML-DSA-65': { type: 'ml-dsa-65', keyOptions: {}, hash: null },
};
const IN_FLIGHT = 16;
/** Of what one thread could verify at most: a server that is busy, not one that is drowned. */
const STEADY_LOAD = 0.5;
const INPUT = Buffer.alloc(1_200, 'n');

/**
 * Whether a signature is better checked on the thread pool: what it does to the checks, and to the
 * requests beside them that wait for the event loop.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, progress }) {
  const { windowMs } = settings.threadpool;
  const rows = [];
  const absent = [];
  for (const [algorithm, { type, keyOptions, hash }] of Object.entries(ALGORITHMS)) {
    progress(algorithm);
    const keys = keysOf(type, keyOptions);
    if (!keys) {
      absent.push(algorithm);
      continue;
    }
    const checks = checksOf(keys, hash);
    const alone = await timeOfOne(checks.here, windowMs / 4);
    rows.push({
      algorithm,
      microseconds: alone,
      poolMicroseconds: await timeOfOne(checks.onPool, windowMs / 4),
      full: {
        here: await crowd(checks.here, windowMs),
        onPool: await crowd(checks.onPool, windowMs),
      },
      steady: {
        here: await stream(checks.here, alone / STEADY_LOAD, windowMs),
        onPool: await stream(checks.onPool, alone / STEADY_LOAD, windowMs),
      },
    });
  }
  return { rows, absent, inFlight: IN_FLIGHT, steadyLoad: STEADY_LOAD };
}

/** ML-DSA came to node:crypto late. */
function keysOf(type, options) {
  try {
    return generateKeyPairSync(type, options);
  } catch {
    return undefined;
  }
}

function checksOf({ privateKey, publicKey }, hash) {
  const signature = sign(hash, INPUT, privateKey);
  return {
    here: async () => verify(hash, INPUT, publicKey, signature),
    onPool: () =>
      new Promise((resolve, reject) =>
        verify(hash, INPUT, publicKey, signature, (error, good) =>
          error ? reject(error) : resolve(good),
        ),
      ),
  };
}

/** Microseconds per check, one after the other. */
async function timeOfOne(check, forMs) {
  const start = performance.now();
  let count = 0;
  do {
    for (let batch = 0; batch < 10; batch++) await check();
    count += 10;
  } while (performance.now() - start < forMs);
  return ((performance.now() - start) * 1_000) / count;
}

/** As many as there are in flight, each followed by another. */
async function crowd(check, forMs) {
  const end = performance.now() + forMs;
  let count = 0;
  return watched(async () => {
    const lane = async () => {
      while (performance.now() < end) {
        await nextTurn();
        await check();
        count++;
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    return count;
  });
}

/** Checks that come at random moments, so many microseconds apart on average. */
async function stream(check, apartMicroseconds, forMs) {
  const start = performance.now();
  let due = 0;
  let count = 0;
  const pending = [];
  return watched(async () => {
    while (due < forMs) {
      await nextTurn();
      // No longer than was planned, also where the machine falls behind the plan.
      for (; due < forMs && due <= performance.now() - start; due += waitFor(apartMicroseconds)) {
        pending.push(check());
        count++;
      }
    }
    await Promise.all(pending);
    return count;
  });
}

const waitFor = (microseconds) => (-Math.log(1 - Math.random()) * microseconds) / 1_000;
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs something and watches how late the event loop gets round meanwhile. */
async function watched(work) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  delays.enable();
  const count = await work();
  const elapsedMs = performance.now() - start;
  delays.disable();
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: (count * 1_000) / elapsedMs,
    cpuMicroseconds: (user + system) / count,
    // The timer itself waits a millisecond.
    delayP50Ms: Math.max(0, delays.percentile(50) / 1e6 - 1),
    delayP99Ms: Math.max(0, delays.percentile(99) / 1e6 - 1),
  };
}
