// What a long trust list costs: start-up time, memory, look-up. Run after a build:
//   npm run build && node --expose-gc bench/issuers.mjs
import { Logger } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { validateConfig } from '../build/config/validate-config.js';
import { resolveConfig } from '../build/config/resolved-config.js';
import { TrustedIssuers } from '../build/core/issuers/trusted-issuers.js';

const clock = { now: () => Date.now() };
const nameOf = (index) => `https://login.example.com/tenants/${index}`;
const configOf = (count, more = {}) => ({
  audience: 'https://api.example.com',
  issuers: Array.from({ length: count }, (_value, index) => ({
    issuer: nameOf(index),
    issuerAliases: [`http://internal:8080/tenants/${index}`],
  })),
  ...more,
});
const start = (config) => new TrustedIssuers(resolveConfig(validateConfig(config)), clock);

function heapMiB() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Nanoseconds of one call, the median of several rounds. */
function nanoseconds(calls, run) {
  const rounds = Array.from({ length: 9 }, () => {
    const began = performance.now();
    for (let call = 0; call < calls; call++) run(call);
    return ((performance.now() - began) * 1e6) / calls;
  });
  return Math.round(rounds.toSorted((a, b) => a - b)[4]);
}

if (!globalThis.gc) throw new Error('run with --expose-gc');
Logger.overrideLogger(false);

start(configOf(100)); // Compiles what is measured.
const rows = [1, 100, 10_000].map((count) => {
  const config = configOf(count);
  const before = heapMiB();
  const began = performance.now();
  const issuers = start(config);
  const startMs = performance.now() - began;
  const memoryMiB = heapMiB() - before;
  // Strings made anew, as those out of a token are: their hash is not known yet.
  const hits = Array.from({ length: 100_000 }, (_value, call) => nameOf(call % count));
  const strangers = hits.map((_value, call) => `https://stranger.example/${call}`);
  const nearMisses = hits.map((hit) => `${hit}/`);
  const addNs = nanoseconds(20, () => {
    issuers.add('https://one-more.example');
    issuers.remove('https://one-more.example');
  });
  return {
    issuers: count,
    'start (ms)': startMs.toFixed(1),
    'memory (MiB)': memoryMiB.toFixed(1),
    'trusted (ns)': nanoseconds(hits.length, (call) => issuers.find(hits[call])),
    'untrusted (ns)': nanoseconds(hits.length, (call) => issuers.find(strangers[call])),
    'near miss (ns)': nanoseconds(hits.length, (call) => issuers.find(nearMisses[call])),
    'add, remove (ms)': (addNs / 1e6).toFixed(2),
  };
});
console.table(rows);

const resolving = start({
  audience: 'api',
  resolveIssuer: { origins: ['https://login.example.com'], resolve: () => undefined },
});
const before = heapMiB();
const began = performance.now();
for (let index = 0; index < 1_000_000; index++) await resolving.find(nameOf(index));
const seconds = (performance.now() - began) / 1_000;
console.log(
  `1000000 random issuers asked of resolveIssuer: ${(heapMiB() - before).toFixed(1)} MiB kept, ${(seconds * 1_000).toFixed(0)} ns each`,
);
