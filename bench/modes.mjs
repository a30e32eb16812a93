/**
 * How much is measured. Times are budgets: a section does as many rounds as fit.
 *
 * @typedef {typeof FULL} Settings
 */
const FULL = {
  algorithms: ['RS256', 'ES256', 'EdDSA', 'ES384'],
  tokens: 20_000,
  cacheEntries: 10_000,
  guard: {
    // Long enough for some collections of garbage: who makes more of it pays for it.
    sliceMs: 40,
    maxRounds: 101,
    algorithmMs: 20_000,
    growth: true,
    sizesMs: 18_000,
    issuersMs: 16_000,
    issuerCounts: [1, 10, 100, 1_000, 10_000],
  },
  http: {
    budgetMs: 720_000,
    rounds: 5,
    warmUp: { requests: 5_000, maxMs: 2_500 },
    // Connections open, and what was compiled for a mixture is compiled anew for what comes now.
    settleMs: 700,
    windowMs: 1_200,
    extent: 'full',
  },
  introspection: {
    ...{ rounds: 7, settleMs: 500, windowMs: 450, floodRounds: 7 },
    ...{ floodPerSecond: 500, floodMs: 4_000, apartMs: 2 },
    warmUp: { requests: 5_000, maxMs: 2_500 },
  },
  memory: { seen: [1_000, 10_000, 100_000, 1_000_000], cacheEntries: 10_000 },
  revocation: { marks: 1_000_000, guardMs: 8_000, httpRounds: 15, revocations: 200 },
  dpop: { rounds: 5, requests: 12_800, warmUp: 12_800, verifications: 20_000, stored: 300_000 },
  start: { repetitions: 7 },
  threadpool: { windowMs: 700 },
  delay: { rounds: 5, windowMs: 4_000 },
  layers: { windowMs: 4_000 },
};

/** @type {Readonly<Record<'full' | 'quick' | 'smoke', Settings>>} */
export const MODES = {
  full: FULL,
  quick: {
    ...FULL,
    algorithms: ['RS256', 'ES384'],
    tokens: 6_000,
    cacheEntries: 2_500,
    guard: { ...FULL.guard, algorithmMs: 6_000, growth: false },
    http: {
      ...FULL.http,
      ...{ budgetMs: 24_000, rounds: 1, extent: 'quick' },
      warmUp: { requests: 5_000, maxMs: 1_500 },
    },
    introspection: {
      ...{ rounds: 2, settleMs: 300, windowMs: 300, floodRounds: 1 },
      ...{ floodPerSecond: 500, floodMs: 2_000, apartMs: 2 },
      warmUp: { requests: 3_000, maxMs: 1_000 },
    },
    memory: { seen: [1_000, 10_000], cacheEntries: 2_500 },
    revocation: { marks: 100_000, guardMs: 2_000, httpRounds: 3, revocations: 20 },
    dpop: { rounds: 3, requests: 6_400, warmUp: 6_400, verifications: 10_000, stored: 300_000 },
    start: { repetitions: 3 },
    threadpool: { windowMs: 150 },
    delay: { rounds: 1, windowMs: 1_000 },
    layers: { windowMs: 1_000 },
  },
  smoke: {
    ...FULL,
    tokens: 60,
    cacheEntries: 25,
    guard: {
      ...{ sliceMs: 0.2, maxRounds: 2, algorithmMs: 0, growth: true, sizesMs: 0, issuersMs: 0 },
      issuerCounts: [1, 10],
    },
    http: {
      ...{ budgetMs: 0, rounds: 1, settleMs: 10, windowMs: 20 },
      warmUp: { requests: 40, maxMs: 1_000 },
      extent: 'smoke',
    },
    introspection: {
      ...{ rounds: 1, settleMs: 10, windowMs: 20, floodRounds: 1 },
      ...{ floodPerSecond: 200, floodMs: 100, apartMs: 2 },
      warmUp: { requests: 40, maxMs: 1_000 },
    },
    memory: { seen: [100, 400], cacheEntries: 100 },
    revocation: { marks: 2_000, guardMs: 0, httpRounds: 1, revocations: 3 },
    dpop: { rounds: 1, requests: 128, warmUp: 64, verifications: 100, stored: 1_000 },
    start: { repetitions: 7 },
    threadpool: { windowMs: 10 },
    delay: { rounds: 1, windowMs: 60 },
    layers: { windowMs: 60 },
  },
};
