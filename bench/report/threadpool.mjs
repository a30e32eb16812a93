import { number, paragraphs, table } from './format.mjs';

const DECISION =
  "What the pool gives is the other cores: a higher rate with many checks in flight, and a shorter wait for other requests, most of all with ES384; what it costs is a detour for each single check. So `signatureVerifier: 'node:crypto'` checks a single token at once, and uses the pool when there are several. jsonwebtoken, and with it passport-jwt, can only check on the thread that calls it, so by default signatures are checked on the main thread.";

/** @param {any} result of the thread pool section */
export function threadpoolReport({ rows, absent, inFlight, steadyLoad }) {
  return paragraphs(
    '## Signatures on the thread pool?',
    `\`crypto.verify\` on the main thread (“here”) and with a callback (“pool”). Checks per second with ${inFlight} in flight; then how late other work gets its turn (\`monitorEventLoopDelay\`, the timer’s own millisecond taken off), under that full load and with checks coming at random to ${steadyLoad * 100} % of what one thread could do.`,
    table(
      [
        'algorithm',
        'one, here, µs',
        'one, pool, µs',
        'full: pool’s rate, of here’s',
        'full: pool’s CPU, of here’s',
        'full: delay p99 here, ms',
        'pool',
        'steady: delay p99 here, ms',
        'pool',
      ],
      rows.map(({ algorithm, microseconds, poolMicroseconds, full, steady }) => [
        algorithm,
        number(microseconds),
        number(poolMicroseconds),
        number(full.onPool.perSecond / full.here.perSecond),
        number(full.onPool.cpuMicroseconds / full.here.cpuMicroseconds),
        number(full.here.delayP99Ms),
        number(full.onPool.delayP99Ms),
        number(steady.here.delayP99Ms),
        number(steady.onPool.delayP99Ms),
      ]),
    ),
    absent.length > 0 ? `This Node lacks ${absent.join(', ')}; not measured.` : undefined,
    DECISION,
  );
}
