// Where the figures of the targets stand in the results.

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'ES384'];

/** Measured once. */
export const single = (value) => ({ median: value, q1: value, q3: value, count: 1 });

export const guardQuotient = ({ guard }, name, algorithm = 'RS256') =>
  guard?.algorithms?.find((race) => race.algorithm === algorithm)?.quotients[name];

export const httpQuotient = ({ http }, { adapter, id, quotient, algorithm }) =>
  httpTable(http, { adapter, id, algorithm })?.quotients[quotient];

const httpTable = (http, { adapter, id, algorithm = 'RS256' }) =>
  http?.tables.find(
    (table) => table.algorithm === algorithm && table.adapter === adapter && table.scenario === id,
  );

/** New tokens, on both adapters, by every algorithm. */
export const NEW_TOKENS = ['express', 'fastify'].flatMap((adapter) =>
  ALGORITHMS.map((algorithm) => ({ adapter, id: 'distinct', algorithm })),
);

export const onEach = (results, quotient) =>
  NEW_TOKENS.map((where) => httpQuotient(results, { ...where, quotient }));

const httpRow = (http, candidate, where) =>
  httpTable(http, where)?.rows.find((row) => row.candidate === candidate);

/** The ceiling, and one check of a signature. */
export function leastOfJose({ http, threadpool }, where) {
  const ceiling = httpRow(http, 'ceiling', { ...where, id: 'hot', algorithm: 'RS256' });
  const jose = httpRow(http, 'jose', where);
  const check = threadpool?.rows.find(({ algorithm }) => algorithm === where.algorithm);
  if (!ceiling || !jose || !check) return undefined;
  return (ceiling.userMicroseconds.median + check.microseconds) / jose.userMicroseconds.median;
}

/** jose never checks a signature on the main thread. */
export function onThreadsOfPassport(delay) {
  const [jose, passport] = ['jose', 'ours'].map((id) =>
    delay?.rows.find(({ candidate }) => candidate === id),
  );
  return jose && passport && jose.p99Ms.median / passport.p99Ms.median;
}

/** One by another, of one figure of one table. */
export function httpRatio(http, { figure, one, other, ...where }) {
  const rows = [one, other].map((candidate) => httpRow(http, candidate, where));
  const [dividend, divisor] = rows.map((row) => row?.[figure].median);
  return dividend && divisor && dividend / divisor;
}

/** The ceiling admits whatever comes, so that one figure of it stands for all refusals. */
export function ceilingOfAuthGuard(http, { adapter, id }) {
  const ceiling = httpRow(http, 'ceiling', { adapter, id: 'missing' });
  const authGuard = httpRow(http, 'auth-guard-key-object', { adapter, id });
  return ceiling && authGuard && ceiling.cpuMicroseconds.median / authGuard.cpuMicroseconds.median;
}

/** What a limit takes, of what a peer does. */
export function guardRatio({ guard }, limit, peer, algorithm = 'RS256') {
  const rows = guard?.algorithms?.find((race) => race.algorithm === algorithm)?.rows;
  const [least, other] = [limit, peer].map((id) => rows?.find((row) => row.id === id));
  return least && other && least.microseconds.median / other.microseconds.median;
}

export function inverse(figure) {
  if (!figure) return figure;
  const { median, q1, q3, count } = figure;
  return { median: 1 / median, q1: 1 / q3, q3: 1 / q1, count };
}
