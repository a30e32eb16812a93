// `npm run soak`: whether an API stays as it is under a load that lasts. Outside CI: half an hour.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createTestIssuer } from '../../dist/esm/testing.js';
import { writeReport } from '../report/write.mjs';
import { storeResult } from '../results.mjs';
import { medianOf } from '../support/statistics.mjs';
import { callers, LOAD } from './callers.mjs';
import { Tokens } from './tokens.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
const SAMPLE_MS = Math.min(10_000, minutes * 1_500);
/** Until then caches fill and code is compiled. */
const SETTLED = 5 / 30;
/** What is more than noise, between the first minutes and the last. */
const GROWTH = {
  heapMiB: (then) => then * 1.1 + 1,
  handles: (then) => then + 2,
  p99Ms: (then) => then * 2 + 5,
};

const [issuer, stranger] = await Promise.all([createTestIssuer(), createTestIssuer()]);
const tokens = new Tokens(issuer, stranger);
const servers = await Promise.all(['express', 'fastify'].map(start));
const startedAt = performance.now();
const elapsed = () => (performance.now() - startedAt) / 60_000;
while (elapsed() < minutes) {
  await delay(SAMPLE_MS);
  await tokens.turn();
  for (const server of servers) {
    const p99Ms = server.load.takeP99();
    server.samples.push({ minutes: elapsed(), p99Ms, ...(await server.ask({ type: 'sample' })) });
  }
  console.log(servers.map(({ adapter, samples }) => lineOf(adapter, samples.at(-1))).join('   '));
}
const results = [];
for (const server of servers) {
  await server.load.stop();
  server.child.kill();
  results.push(resultOf(server));
}
await Promise.all([issuer.close(), stranger.close()]);
for (const fault of results.flatMap(faultsOf)) {
  console.error(fault);
  process.exitCode = 1;
}
if (minutes >= 30) {
  storeResult('soak', { minutes, load: LOAD, servers: results });
  writeReport();
}

async function start(adapter) {
  const child = fork(new URL('server.mjs', import.meta.url), [adapter], {
    execArgv: ['--expose-gc'],
  });
  const ask = async (message) => {
    child.send(message);
    const [answer] = await once(child, 'message');
    return answer;
  };
  const options = { issuer: issuer.issuer, audience: 'https://api.example.com', maxEntries: 2_000 };
  const { port } = await ask({ type: 'start', options });
  return { adapter, child, ask, samples: [], load: callers(port, tokens) };
}

function resultOf({ adapter, samples, load }) {
  const from = samples.filter((sample) => sample.minutes >= minutes * SETTLED);
  const few = Math.max(1, Math.floor(from.length / 10));
  return {
    ...{ adapter, samples, wrong: load.wrong },
    settled: mediansOf(from.slice(0, few)),
    last: mediansOf(from.slice(-few)),
    requests: samples.at(-1).requests,
    unhandled: samples.at(-1).unhandled,
  };
}

function mediansOf(samples) {
  return Object.fromEntries(
    Object.keys(GROWTH).map((name) => [name, medianOf(samples.map((sample) => sample[name]))]),
  );
}

function faultsOf({ adapter, settled, last, unhandled, wrong }) {
  return [
    ...Object.entries(GROWTH)
      .filter(([name, bound]) => last[name] > bound(settled[name]))
      .map(([name]) => `${adapter}: ${name} grew from ${settled[name]} to ${last[name]}`),
    ...(unhandled > 0 ? [`${adapter}: ${unhandled} unhandled rejections`] : []),
    ...(wrong > 0 ? [`${adapter}: ${wrong} answers had another status than they must`] : []),
  ];
}

function lineOf(adapter, { minutes: at, heapMiB, handles, p99Ms, requests }) {
  return `${at.toFixed(1)} min ${adapter}: ${requests} requests, heap ${heapMiB.toFixed(1)} MiB, ${handles} handles, p99 ${p99Ms.toFixed(1)} ms`;
}
