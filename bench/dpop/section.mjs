import autocannon from 'autocannon';
import { fork } from 'node:child_process';
import { verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { serveKeys } from '../support/world.mjs';
import { Client } from './clients.mjs';
import { ENTRANTS } from './entrants.mjs';
import { memoryOfStore } from './store-memory.mjs';

const ALGORITHMS = ['ES256', 'EdDSA'];
const ADAPTERS = ['express', 'fastify'];
const CONNECTIONS = 64;
const SERVER = new URL('server.mjs', import.meta.url);

/**
 * What a proof costs: one client, its token hot, each request with a proof of its own.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, progress }) {
  const { dpop } = settings;
  // First, while there is no garbage: what is freed meanwhile counts against what the store takes.
  progress('memory of used proofs');
  const store = await memoryOfStore(dpop.stored);
  const rows = [];
  for (const algorithm of ALGORITHMS) {
    const client = new Client(algorithm);
    const keyServer = await serveKeys([client.issuer.jwk]);
    const options = { jwksUri: keyServer.uriOf(client.issuer.jwk.kid), cacheEntries: 10_000 };
    const verifyMicroseconds = bareVerification(client, dpop.verifications);
    for (const adapter of ADAPTERS) {
      progress(`${algorithm} proofs on ${adapter}`);
      const entrants = Object.keys(ENTRANTS).filter((id) =>
        ENTRANTS[id].adapters.includes(adapter),
      );
      rows.push({
        ...{ algorithm, adapter, verifyMicroseconds },
        entrants: await compare(entrants, { adapter, client, options, ...dpop }),
      });
    }
    keyServer.close();
  }
  return { rows, store };
}

/** Rounds in turn, so that what the machine does besides falls on all alike; the median of each counts. */
async function compare(entrants, { adapter, client, options, rounds, requests, warmUp }) {
  const servers = await Promise.all(
    entrants.map((id) => startServer(id, adapter, { client, options })),
  );
  for (const server of servers) await fire(server, client, warmUp);
  const figures = new Map(entrants.map((id) => [id, []]));
  for (let round = 0; round < rounds; round++)
    for (const server of servers)
      figures.get(server.id).push(await measured(server, client, requests));
  const halfLoad = Math.min(...entrants.map((id) => median(figures.get(id), 'perSecond'))) / 2;
  const result = [];
  for (const server of servers) {
    await server.ask('reset');
    await fire(server, client, Math.ceil(requests / 4), halfLoad);
    const { delayP99Ms } = await server.ask('usage');
    const own = figures.get(server.id);
    result.push({
      id: server.id,
      userMicroseconds: median(own, 'userMicroseconds'),
      perSecond: median(own, 'perSecond'),
      delayP99Ms,
    });
    server.stop();
  }
  return result;
}

async function measured(server, client, requests) {
  const before = await server.ask('usage');
  const { count, ms } = await fire(server, client, requests);
  const after = await server.ask('usage');
  return {
    userMicroseconds:
      (after.userMicroseconds - before.userMicroseconds) / (after.answered - before.answered),
    perSecond: (count * 1_000) / ms,
  };
}

/** Sends so many requests, none of them twice. */
async function fire({ id, port }, client, requests, overallRate) {
  const each = Math.max(1, Math.floor(requests / CONNECTIONS));
  const url = `http://127.0.0.1:${port}/`;
  const hands = Array.from({ length: CONNECTIONS }, () => client.requests(each, url));
  const startedAt = performance.now();
  const { statusCodeStats, errors } = await autocannon({
    ...{ url, connections: CONNECTIONS, amount: each * CONNECTIONS, sampleInt: 20 },
    ...(overallRate && { overallRate: Math.max(CONNECTIONS, Math.round(overallRate)) }),
    setupClient: (connection) => connection.setRequests(hands.pop()),
  });
  const { 200: good, ...others } = statusCodeStats;
  if (errors > 0 || Object.keys(others).length > 0)
    throw new Error(`${id}: ${errors} errors, answers ${JSON.stringify(statusCodeStats)}`);
  return { count: good.count, ms: performance.now() - startedAt };
}

async function startServer(id, adapter, { client, options }) {
  const port = await freePort();
  const child = fork(SERVER, [id, adapter, String(port)]);
  const ask = async (type, more = {}) => {
    child.send({ type, ...more });
    const [answer] = await once(child, 'message');
    return answer;
  };
  await ask('start', { key: client.issuer, options, algorithm: client.algorithm });
  return { id, port, ask, stop: () => child.disconnect() };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The least that a proof can cost: one `crypto.verify`, in user CPU. */
function bareVerification(client, count) {
  const [header, claims, signature] = client.proof('http://127.0.0.1/').split('.');
  const input = Buffer.from(`${header}.${claims}`);
  const bytes = Buffer.from(signature, 'base64url');
  const key = { key: client.key.publicKey, dsaEncoding: 'ieee-p1363' };
  const hash = client.algorithm === 'ES256' ? 'sha256' : null;
  const runs = () => {
    for (let time = 0; time < count; time++)
      if (!verify(hash, input, key, bytes)) throw new Error('not verified');
  };
  runs();
  const { user } = process.cpuUsage();
  runs();
  return (process.cpuUsage().user - user) / count;
}

function median(figures, name) {
  const sorted = figures.map((figure) => figure[name]).toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
