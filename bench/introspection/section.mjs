import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { load, warmUp } from '../http/load.mjs';
import { figureOf, ratioOf } from '../support/statistics.mjs';
import { startChild } from '../support/child.mjs';
import { badToken, newToken } from './tokens.mjs';

const ADAPTERS = ['express', 'fastify'];
/** As an authorization server in the same region needs. */
const LATENCY_MS = 20;
const CROWD = 1_000;
/** The default of `maxConcurrent`. */
const CAP = 50;

/**
 * What introspection costs where answers are remembered, and what it does under load.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, fixtures: [fixture], progress }) {
  const endpoint = await startEndpoint({ keys: [fixture.jwk] });
  const [jwt] = fixture.tokens;
  const scene = { endpoint, jwt, settings: settings.introspection };
  const hot = [];
  for (const adapter of ADAPTERS) {
    progress(`a remembered token, ${adapter}`);
    hot.push({ adapter, ...(await rememberedToken(adapter, scene)) });
  }
  progress(`${CROWD} requests with one new token`);
  const crowd = await oneColdToken(scene);
  progress('floods of bad tokens');
  const flood = await floods(scene);
  endpoint.stop();
  return { latencyMs: LATENCY_MS, cap: CAP, hot, crowd, flood };
}

/** CPU per request of one opaque token whose answer is remembered, and of one JWT that was verified before. */
async function rememberedToken(adapter, { endpoint, jwt, settings }) {
  const server = await startServer({ adapter, endpoint: endpoint.url, maxAgeSeconds: 3_600 });
  const kinds = { jwt: [`Bearer ${jwt}`], opaque: [`Bearer ${newToken()}`] };
  const costs = { jwt: [], opaque: [] };
  for (const authorizations of Object.values(kinds))
    await warmUp(server, authorizations, settings.warmUp);
  for (let round = 0; round < settings.rounds; round++)
    for (const [kind, authorizations] of Object.entries(kinds)) {
      const { cpuMicroseconds, statuses } = await load(server, authorizations, settings);
      if (Object.keys(statuses).join() !== '200') throw new Error(JSON.stringify(statuses));
      costs[kind].push(cpuMicroseconds);
    }
  server.stop();
  return {
    jwt: figureOf(costs.jwt),
    opaque: figureOf(costs.opaque),
    opaqueOfJwt: ratioOf(costs.opaque, costs.jwt),
  };
}

async function oneColdToken({ endpoint }) {
  const server = await startServer({
    ...{ adapter: 'express', endpoint: endpoint.url, maxAgeSeconds: 3_600 },
  });
  const { calls: before } = await endpoint.seen();
  const agent = new Agent({ maxSockets: CROWD });
  const token = newToken();
  const statuses = await Promise.all(
    Array.from({ length: CROWD }, () => ask(server.port, token, agent)),
  );
  agent.destroy();
  server.stop();
  return {
    requests: CROWD,
    accepted: statuses.filter(({ status }) => status === 200).length,
    calls: (await endpoint.seen()).calls - before,
  };
}

/** What floods a server, and whether it asks by `node:http` alone. */
const FLOODS = {
  malformed: { kind: 'malformed' },
  random: { kind: 'random' },
  bare: { kind: 'random', isBare: true },
};

/** How long JWTs of another issuer take beside a flood of random tokens, and of as many malformed ones. */
async function floods({ endpoint, jwt, settings }) {
  const p99s = { malformed: [], random: [], bare: [] };
  let greatestUnderWay = 0;
  for (let round = 0; round < settings.floodRounds; round++)
    for (const [name, { kind, isBare }] of Object.entries(FLOODS)) {
      const server = await startServer({
        ...{ adapter: 'express', endpoint: endpoint.url, maxAgeSeconds: 0, isBare },
      });
      for (const authorizations of [[`Bearer ${jwt}`], ...badTokens(settings.warmUp.requests)])
        await warmUp(server, authorizations, settings.warmUp);
      await endpoint.restartCounting();
      p99s[name].push(await p99Beside(kind, server, { jwt, settings }));
      // The other has no cap.
      if (!isBare)
        greatestUnderWay = Math.max(greatestUnderWay, (await endpoint.seen()).greatestUnderWay);
      server.stop();
    }
  return {
    perSecond: settings.floodPerSecond,
    greatestUnderWay,
    malformedMs: figureOf(p99s.malformed),
    randomMs: figureOf(p99s.random),
    randomOfMalformed: ratioOf(p99s.random, p99s.malformed),
    bareMs: figureOf(p99s.bare),
    bareOfMalformed: ratioOf(p99s.bare, p99s.malformed),
  };
}

/** Of both kinds, none of them twice: a server that has just begun compiles its code while it answers. */
function badTokens(count) {
  return ['random', 'malformed'].map((kind) =>
    Array.from({ length: count }, () => `Bearer ${badToken(kind)}`),
  );
}

async function p99Beside(kind, server, { jwt, settings }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const flooder = startProcess('flooder');
  await flooder.ask({ port: server.port, perSecond: settings.floodPerSecond, kind });
  await delay(settings.settleMs);
  const tookMs = [];
  const until = performance.now() + settings.floodMs;
  while (performance.now() < until) {
    const { status, ms } = await ask(server.port, jwt, agent);
    if (status !== 200) throw new Error(`a JWT was answered with ${status}`);
    tookMs.push(ms);
    await delay(settings.apartMs);
  }
  flooder.stop();
  agent.destroy();
  return tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.99)];
}

function ask(port, token, agent) {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get({ port, host: '127.0.0.1', agent, headers }, (response) => {
      response
        .resume()
        .once('end', () => resolve({ status: response.statusCode, ms: performance.now() - begun }));
    }).once('error', reject);
  });
}

async function startEndpoint(jwks) {
  const { ask: asked, stop } = startProcess('endpoint');
  const { url } = await asked({ type: 'start', latencyMs: LATENCY_MS, jwks });
  const seen = () => asked({ type: 'seen' });
  return { url, seen, restartCounting: () => asked({ type: 'restart counting' }), stop };
}

async function startServer(options) {
  const { ask: asked, stop } = startProcess('server');
  const { port } = await asked({ type: 'start', ...options });
  const { adapter } = options;
  return { candidate: 'ours', adapter, port, usage: () => asked({ type: 'usage' }), stop };
}

const startProcess = (name) => startChild(new URL(`${name}.mjs`, import.meta.url), { name });
