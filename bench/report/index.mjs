import { delayReport } from './delay.mjs';
import { figure, number, paragraphs, table } from './format.mjs';
import { dpopReport } from './dpop.mjs';
import { guardReport } from './guard.mjs';
import { httpReport } from './http.mjs';
import { layersReport } from './layers.mjs';
import { introspectionReport } from './introspection.mjs';
import { memoryReport } from './memory.mjs';
import { revocationReport } from './revocation.mjs';
import { soakReport } from './soak.mjs';
import { standingReport } from './standing.mjs';
import { startReport } from './start.mjs';
import { summaryReport } from './summary.mjs';
import { TARGETS, verdictOn } from './targets.mjs';
import { threadpoolReport } from './threadpool.mjs';

const SECTIONS = {
  dpop: { title: 'DPoP', render: dpopReport },
  guard: { title: 'guard', render: guardReport },
  http: { title: 'HTTP', render: httpReport },
  introspection: { title: 'introspection', render: introspectionReport },
  memory: { title: 'memory', render: memoryReport },
  revocation: { title: 'revocations', render: revocationReport },
  start: { title: 'start', render: startReport },
  threadpool: { title: 'thread pool', render: threadpoolReport },
  layers: { title: 'layers', render: layersReport },
  delay: { title: 'event-loop delay', render: delayReport },
  soak: { title: 'soak (`npm run soak`)', render: soakReport },
};

/**
 * The page, from whatever sections were measured.
 *
 * @param {Record<string, import('../results.mjs').Stored>} measured
 */
export function renderReport(measured) {
  const results = Object.fromEntries(
    Object.entries(measured).map(([name, { result }]) => [name, result]),
  );
  const missing = Object.keys(SECTIONS).filter((name) => !(name in results));
  const text = paragraphs(
    '# Performance',
    summaryReport(results),
    standingReport(results),
    '## How it was measured',
    'Written by `npm run bench`, which measures everything again; no number is typed by hand. Read the ratios: they hold on other machines, and microseconds don’t.',
    environmentReport(measured),
    '## What was asked, and what came out',
    targetsTable(results),
    'Where a target covers several figures, the worst one counts: of four refusals, for example, the most expensive. RS256, where no algorithm is named. “At best” is the same figure, in the same run, of what does no more than it must: a guard that does nothing, one that throws one prepared exception, one that finds the token in a `Map`, one that looks the issuer up for passport or for `crypto.verify` and hands out a frozen caller, jsonwebtoken with a `Map` of keys, or the guard that does nothing and one `crypto.verify`; for the wait at half load jose, which checks every signature on other threads; for the flood a guard that only sends each token by `node:http`. Their code is in `bench/contestants/by-hand.mjs`.',
    ...Object.entries(SECTIONS).map(
      ([name, { render }]) => name in results && render(results[name]),
    ),
    notMeasured(missing),
  );
  return `${text}\n`;
}

function environmentReport(measured) {
  const environments = Object.values(measured).map(({ environment }) => environment);
  if (environments.length === 0) return undefined;
  const [first] = environments;
  const dates = [...new Set(environments.map(({ measuredAt }) => measuredAt.slice(0, 10)))];
  const libraries = Object.entries(first.libraries).map(([name, version]) => `${name} ${version}`);
  return [
    `- Machine: ${first.machine}, ${first.memoryGiB} GiB, ${first.platform}`,
    `- Node ${first.node} (V8 ${first.v8}, OpenSSL ${first.openssl})`,
    `- ${libraries.join(', ')}`,
    `- Measured: ${dates.join(', ')}`,
  ].join('\n');
}

function targetsTable(results) {
  return table(
    ['what', 'must', 'aim', 'measured', 'at best', ''],
    TARGETS.map((target) => {
      const { what, must, aim, atLeast } = target;
      const { figure: measured, best, verdict } = verdictOn(target, results);
      // "1.35, at most 1.35: missed" would contradict itself.
      const missedByLittle = verdict === '**missed**' && number(measured.median) === number(must);
      const bound = must === undefined ? 'reported' : `${atLeast ? '≥' : '≤'} ${number(must)}`;
      return [
        what,
        bound,
        aim === undefined ? '' : number(aim),
        missedByLittle ? measured.median.toPrecision(4) : figure(measured),
        best === undefined ? '' : number(best),
        verdict,
      ];
    }),
  );
}

function notMeasured(missing) {
  const always = [
    'Latency percentiles: in runs this short they show how connections start, not how guards work.',
    'More than two cores’ worth of servers, TLS, HTTP/2, and networks: all of them make guards matter less.',
    'express-oauth2-jwt-bearer on Fastify (it is Express middleware) and on the guard alone; `AuthGuard` with EdDSA (jsonwebtoken does not know it).',
    'Key rotation and outages of an issuer: tests cover them, because what counts there is the outcome and not the speed.',
  ];
  const gaps = missing.map((name) => `The section “${SECTIONS[name].title}”, in this run.`);
  return paragraphs('## Not measured', [...gaps, ...always].map((line) => `- ${line}`).join('\n'));
}
