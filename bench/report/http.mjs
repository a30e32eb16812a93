import { figure, number, paragraphs, table } from './format.mjs';

const ADAPTERS = { express: 'Express', fastify: 'Fastify' };
const SCENARIOS = {
  hot: 'one hot token',
  pool: 'as many tokens as a cache holds',
  distinct: 'all distinct',
  missing: 'no token',
  garbage: 'garbage',
  'untrusted-issuer': 'untrusted issuer',
  'unknown-kid': 'unknown `kid`',
  expired: 'expired',
  'bad-signature': 'bad signature',
};
const ADMITTED = ['hot', 'pool', 'distinct'];

/** @param {any} result of the HTTP section */
export function httpReport({ tables, rounds, plannedRounds, warmUp }) {
  const first = tables[0]?.algorithm;
  const algorithms = [...new Set(tables.map(({ algorithm }) => algorithm))].sort(
    (a, b) => Number(b === first) - Number(a === first),
  );
  return paragraphs(
    '## Over HTTP',
    `A Nest application with one guarded route, one server process for each row, all alive at once; autocannon loads one at a time from another process over 64 connections. CPU is the server process’s own, all threads, per request, read while the load is steady. User CPU leaves out the kernel’s share, which is mostly waking the loading process and hides the rest. Before that, every server has answered ${number(warmUp.requests)} requests of all the kinds it is measured with, or as many as it could in ${warmUp.maxMs / 1_000} seconds, so that its code is compiled. Each round starts fresh processes and loads them in a new order; ratios are taken within a round. Median and quartiles over rounds, \`n\` processes.`,
    `${rounds} of ${plannedRounds} planned rounds were started within the time limit; the last may be incomplete. Rows without quartiles had one round.`,
    ...algorithms.flatMap((algorithm) => admittedTables(tables, algorithm)),
    ...Object.keys(ADAPTERS).map((adapter) => refusedTable(tables, adapter, first)),
  );
}

function admittedTables(tables, algorithm) {
  return Object.entries(ADAPTERS).flatMap(([adapter, adapterName]) =>
    ADMITTED.map((scenario) => {
      const found = tables.find(
        (one) =>
          one.algorithm === algorithm && one.adapter === adapter && one.scenario === scenario,
      );
      if (!found) return undefined;
      return paragraphs(
        `### ${adapterName}, ${algorithm}, ${SCENARIOS[scenario]}`,
        table(
          [
            'guard',
            'user CPU, µs',
            'of the ceiling’s',
            'user + system, µs',
            'requests/s',
            'of the ceiling’s',
            'n',
          ],
          [...found.rows]
            .sort((a, b) => a.userMicroseconds.median - b.userMicroseconds.median)
            .map((row) => [
              row.label,
              number(row.userMicroseconds.median),
              figure(row.userOfCeiling),
              number(row.cpuMicroseconds.median),
              number(row.perSecond.median),
              figure(row.perSecondOfCeiling),
              String(row.processes),
            ]),
        ),
      );
    }),
  );
}

/** One table for all refusals: what each guard takes of `AuthGuard` + `KeyObject`. */
function refusedTable(tables, adapter, algorithm) {
  const own = tables.filter(
    (one) =>
      one.adapter === adapter && one.algorithm === algorithm && !ADMITTED.includes(one.scenario),
  );
  if (own.length === 0) return undefined;
  const scenarios = Object.keys(SCENARIOS).filter((id) =>
    own.some(({ scenario }) => scenario === id),
  );
  const labels = new Map(own.flatMap(({ rows }) => rows.map((row) => [row.candidate, row.label])));
  const cellOf = (candidate, scenario) =>
    own.find((one) => one.scenario === scenario)?.rows.find((row) => row.candidate === candidate)
      ?.cpuOfAuthGuard;
  return paragraphs(
    `### ${ADAPTERS[adapter]}, refusals`,
    'CPU per request, of what `AuthGuard` + passport-jwt with a `KeyObject` takes for the same refusal. The ceiling refuses nothing: its row is what Nest takes to answer at all, and no guard can take less. The loading process never sleeps here, because waking it costs a server more than a guard does.',
    table(
      ['guard', ...scenarios.map((id) => SCENARIOS[id])],
      [...labels].map(([candidate, label]) => [
        label,
        ...scenarios.map((scenario) => figure(cellOf(candidate, scenario))),
      ]),
    ),
  );
}
