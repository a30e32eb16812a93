// Measures what docs/keys.md states about fetched keys. Run after a build: `node bench/keys.mjs`.
// One process, real HTTP on loopback to an application on Express and to a key server. Ratios and
// counts carry over to another machine; milliseconds do not.
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { AuthModule, JwtAuthGuard } from '../dist/esm/index.js';
import { createTestIssuer } from '../dist/esm/testing.js';

const SLOW_MS = 2_000;

class NotesController {
  list() {
    return {};
  }
}
const decorate = (decorators, ...target) => decorators.forEach((decorator) => decorator(...target));
decorate(
  [Get()],
  NotesController.prototype,
  'list',
  Object.getOwnPropertyDescriptor(NotesController.prototype, 'list'),
);
decorate([Controller('notes'), UseGuards(JwtAuthGuard)], NotesController);

/** The wall clock, which the bench moves: keys age by it. */
let offsetMs = 0;
const realNow = Date.now;
Date.now = () => realNow() + offsetMs;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const results = [];

await measure('cold start, 1,000 requests at once', async ({ keyServer, get }) => {
  const token = keyServer.issuer.token();
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => get(token)));
  return { ok: count(answers, 200), of: 1_000, fetches: keyServer.hits };
});

await measure('valid tokens, no flood and under a flood of random unknown kids', async (scene) => {
  const { keyServer, get } = scene;
  const good = keyServer.issuer.token({ expiresInSeconds: 7_200 });
  await get(good);
  const [, ...rest] = good.split('.');
  const forged = () => {
    const header = JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: randomUUID() });
    return [Buffer.from(header).toString('base64url'), ...rest].join('.');
  };
  // The same load either way: the companions of the valid tokens are valid tokens, or junk. In turns,
  // so that whatever else the machine does befalls both; the first turn warms up.
  const ratios = { p50: [], p99: [] };
  let ok = 0;
  let of = 0;
  let fetches = 0;
  for (let round = 0; round <= 5; round++) {
    const quiet = await paced(
      get,
      () => good,
      () => good,
    );
    const before = keyServer.hits;
    const flooded = await paced(get, () => good, forged);
    if (round === 0) continue;
    ok += count(flooded, 200);
    of += flooded.length;
    fetches += keyServer.hits - before;
    ratios.p50.push(percentile(flooded, 0.5) / percentile(quiet, 0.5));
    ratios.p99.push(percentile(flooded, 0.99) / percentile(quiet, 0.99));
  }
  const median = (list) => list.toSorted((a, b) => a - b)[2].toFixed(2);
  return { ok, of, p50Ratio: median(ratios.p50), p99Ratio: median(ratios.p99), fetches };
});

await measure(`refresh under steady traffic, key server takes ${SLOW_MS} ms`, async (scene) => {
  const { keyServer, get } = scene;
  const token = keyServer.issuer.token({ expiresInSeconds: 7_200 });
  await get(token);
  keyServer.delayMs = SLOW_MS;
  offsetMs += 500_000;
  const latencies = [];
  const until = performance.now() + SLOW_MS + 500;
  while (performance.now() < until) {
    latencies.push(await get(token));
    await wait(2);
  }
  return {
    ok: count(latencies, 200),
    of: latencies.length,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: percentile(latencies, 1),
    fetches: keyServer.hits - 1,
  };
});

await measure('endpoint down past the soft age, 200 requests', async ({ keyServer, get }) => {
  const token = keyServer.issuer.token({ expiresInSeconds: 7_200 });
  await get(token);
  keyServer.isDown = true;
  offsetMs += 700_000;
  const answers = [];
  for (let i = 0; i < 200; i++) answers.push(await get(token));
  return {
    ok: count(answers, 200),
    of: 200,
    p99Ms: percentile(answers, 0.99),
    fetches: keyServer.hits - 1,
  };
});

await measure('endpoint hangs from the start, 200 requests after the first', async (scene) => {
  const { keyServer, get } = scene;
  keyServer.delayMs = 60_000;
  const first = await get(keyServer.issuer.token());
  const answers = [];
  for (let i = 0; i < 200; i++) answers.push(await get(keyServer.issuer.token()));
  return {
    firstMs: first.ms.toFixed(0),
    refused503: count(answers, 503),
    of: 200,
    p50Ms: percentile(answers, 0.5),
    fetches: keyServer.hits,
  };
});

await measure('a new key after a burst of 100 unknown kids', async ({ keyServer, get }) => {
  await get(keyServer.issuer.token());
  await Promise.all(
    Array.from({ length: 100 }, () => get(keyServer.issuer.token({ kid: randomUUID() }))),
  );
  await keyServer.issuer.rotateKeys();
  const startedAt = performance.now();
  while ((await get(keyServer.issuer.token())).status !== 200) await wait(50);
  return {
    acceptedAfterSeconds: ((performance.now() - startedAt) / 1_000).toFixed(1),
    fetches: keyServer.hits,
  };
});

console.log(`Node ${process.version}`);
for (const { name, result } of results) console.log(`\n${name}\n  ${JSON.stringify(result)}`);
process.exit(0);

async function measure(name, run) {
  const keyServer = await startKeyServer();
  const app = await startApplication(keyServer);
  const { port } = app.getHttpServer().address();
  const get = (token) => timedGet(port, token);
  results.push({ name, result: await run({ keyServer, get }) });
  await app.close();
  keyServer.close();
}

async function startKeyServer() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const issuer = await createTestIssuer({ issuer: origin, listen: false, now: () => Date.now() });
  const state = { issuer, origin, hits: 0, delayMs: 0, isDown: false };
  state.close = () => server.close().closeAllConnections();
  server.on('request', async (_request, response) => {
    state.hits += 1;
    if (state.isDown) return response.writeHead(500).end();
    await wait(state.delayMs, undefined, { ref: false });
    response.end(JSON.stringify(issuer.jwks));
  });
  return state;
}

async function startApplication({ origin, issuer: { jwksUri } }) {
  function BenchModule() {}
  const keys = { jwksUri };
  const issuers = [{ issuer: origin, audience: 'https://api.example.com', keys }];
  // Without the cache of verified tokens: what is measured is the way to the keys.
  const auth = AuthModule.forRoot({ issuers, verifiedTokenCache: false });
  Module({ imports: [auth], controllers: [NotesController] })(BenchModule);
  const app = await NestFactory.create(BenchModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

/** 16 callers; every fourth call of each is the one that is measured. */
async function paced(get, measured, companion) {
  const latencies = [];
  const caller = async () => {
    for (let i = 0; i < 100; i++) {
      const answer = await get(i % 4 === 0 ? measured() : companion());
      if (i % 4 === 0) latencies.push(answer);
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  return latencies;
}

function timedGet(port, token) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request({ port, host: '127.0.0.1', path: '/notes', headers, agent }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve({ status: response.statusCode, ms: performance.now() - startedAt }),
      );
    })
      .on('error', reject)
      .end();
  });
}

function count(answers, status) {
  return answers.filter((answer) => answer.status === status).length;
}

function percentile(answers, share) {
  const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2));
}
