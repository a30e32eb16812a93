import { figureOf, medianOf, ratioOf } from '../support/statistics.mjs';

/**
 * One server under one scenario in one round.
 *
 * @typedef {object} Cell
 * @property {string} algorithm
 * @property {string} candidate
 * @property {string} label
 * @property {string} adapter
 * @property {string} scenario
 * @property {number} round
 * @property {number} userMicroseconds of the server, per request, without the kernel's
 * @property {number} cpuMicroseconds the same with the kernel's
 * @property {number} perSecond
 * @property {Record<string, number>} statuses
 */

/** Quotients the report asks for: scenario, figure, dividend, divisor. */
const QUOTIENTS = {
  hotCpuOfCeiling: ['cpuMicroseconds', 'ours', 'ceiling'],
  throughputOfUsualRecipe: ['perSecond', 'ours', 'usual-recipe'],
  throughputOfFastJwt: ['perSecond', 'ours', 'fast-jwt'],
  throughputOfJose: ['perSecond', 'ours', 'jose'],
  cpuOfAuthGuard: ['cpuMicroseconds', 'ours', 'auth-guard-key-object'],
  cpuOfUsualRecipe: ['cpuMicroseconds', 'ours', 'usual-recipe'],
  userOfAuthGuard: ['userMicroseconds', 'ours', 'auth-guard-key-object'],
  userOfSettled: ['userMicroseconds', 'ours', 'settled-ceiling'],
  nodeCryptoThroughputOfJose: ['perSecond', 'ours-node-crypto', 'jose'],
  nodeCryptoUserOfJose: ['userMicroseconds', 'ours-node-crypto', 'jose'],
};

/** @param {readonly Cell[]} cells */
export function summaryOf(cells) {
  const tables = groups(cells, ({ algorithm, adapter, scenario }) =>
    [algorithm, adapter, scenario].join(' '),
  ).map(tableOf);
  return { tables };
}

function tableOf(cells) {
  const [{ algorithm, adapter, scenario }] = cells;
  const rows = groups(cells, ({ candidate }) => candidate).map((own) => ({
    candidate: own[0].candidate,
    label: own[0].label,
    processes: own.length,
    userMicroseconds: figureOf(own.map(({ userMicroseconds }) => userMicroseconds)),
    cpuMicroseconds: figureOf(own.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    perSecond: figureOf(own.map(({ perSecond }) => perSecond)),
    userOfCeiling: quotient(cells, ['userMicroseconds', own[0].candidate, 'ceiling']),
    cpuOfCeiling: quotient(cells, ['cpuMicroseconds', own[0].candidate, 'ceiling']),
    perSecondOfCeiling: quotient(cells, ['perSecond', own[0].candidate, 'ceiling']),
    cpuOfAuthGuard: quotient(cells, ['cpuMicroseconds', own[0].candidate, 'auth-guard-key-object']),
    statuses: [...new Set(own.flatMap(({ statuses }) => Object.keys(statuses)))],
  }));
  const quotients = Object.fromEntries(
    Object.entries(QUOTIENTS).map(([name, wanted]) => [name, quotient(cells, wanted)]),
  );
  return { algorithm, adapter, scenario, rows, quotients };
}

/** Round by round, the median over the processes of the one by that of the other. */
function quotient(cells, [figure, candidate, other]) {
  const rounds = groups(cells, ({ round }) => round).map((own) => {
    const of = (id) => own.filter((cell) => cell.candidate === id).map((cell) => cell[figure]);
    return { dividends: of(candidate), divisors: of(other) };
  });
  const complete = rounds.filter(({ dividends, divisors }) => dividends.length && divisors.length);
  if (complete.length === 0) return null;
  return ratioOf(
    complete.map(({ dividends }) => medianOf(dividends)),
    complete.map(({ divisors }) => medianOf(divisors)),
  );
}

function groups(items, keyOf) {
  const found = new Map();
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return [...found.values()];
}
