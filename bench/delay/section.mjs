import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { verify } from 'node:crypto';
import { crewOf, startFleet } from '../http/fleet.mjs';
import { warmUp } from '../http/load.mjs';
import { scenariosOf } from '../http/scenarios.mjs';
import { figureOf, ratioOf, shuffle } from '../support/statistics.mjs';
import { serveKeys, worldOf } from '../support/world.mjs';

const ALGORITHM = 'ES384';
const COMPARED = ['ours', 'ours-node-crypto', 'jose'];
/** Of what one thread could verify at most: a server that is busy, not one that is drowned. */
const STEADY_LOAD = 0.5;

/**
 * How long other requests wait for the event loop while requests with new ES384 tokens come at random moments.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, fixtures, progress }) {
  const fixture = fixtures.find(({ algorithm }) => algorithm === ALGORITHM);
  if (!fixture) return { algorithm: ALGORITHM, rows: [] };
  const keyServer = await serveKeys([fixture.jwk]);
  const options = { jwksUri: keyServer.uriOf(fixture.kid), cacheEntries: settings.cacheEntries };
  const { distinct } = await scenariosOf(fixture, settings.cacheEntries);
  const apartMs = checkMs(fixture, options) / STEADY_LOAD;
  const late = new Map(COMPARED.map((id) => [id, []]));
  for (let round = 0; round < settings.delay.rounds; round++) {
    progress(`round ${round + 1} of ${settings.delay.rounds}`);
    const crew = crewOf(ALGORITHM, { among: COMPARED, adapters: ['fastify'] });
    const servers = await startFleet(crew, fixture, options);
    try {
      for (const server of shuffle(servers)) {
        const { maxMs } = settings.http.warmUp;
        await warmUp(server, distinct.rehearsal, { requests: 1_000, maxMs });
        await server.order('watch-delay');
        await stream(server, distinct.authorizations, { apartMs, forMs: settings.delay.windowMs });
        late.get(server.candidate).push((await server.order('delay')).p99Ms);
      }
    } finally {
      for (const { stop } of servers) stop();
    }
  }
  keyServer.close();
  return {
    ...{ algorithm: ALGORITHM, load: STEADY_LOAD, perSecond: 1_000 / apartMs },
    rows: COMPARED.map((id) => ({ candidate: id, p99Ms: figureOf(late.get(id)) })),
    nodeCryptoOfPassport: ratioOf(late.get('ours-node-crypto'), late.get('ours')),
  };
}

/** Milliseconds that one check takes on one thread. */
function checkMs(fixture, options) {
  const { publicKey } = worldOf(fixture, options);
  const [token] = fixture.tokens;
  const end = token.lastIndexOf('.');
  const input = Buffer.from(token.slice(0, end));
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const start = performance.now();
  for (let count = 0; count < 100; count++)
    verify('sha384', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  return (performance.now() - start) / 100;
}

/** Requests at random moments, so many milliseconds apart on average. */
async function stream({ port }, authorizations, { apartMs, forMs }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const pending = [];
  const start = performance.now();
  let due = 0;
  let next = 0;
  while (due < forMs) {
    await delay(1);
    for (; due < forMs && due <= performance.now() - start; due += waitFor(apartMs))
      pending.push(call({ port, agent }, authorizations[next++ % authorizations.length]));
  }
  const statuses = new Set(await Promise.all(pending));
  agent.destroy();
  if ([...statuses].some((status) => status !== 200))
    throw new Error(`answered ${[...statuses].join(', ')}`);
}

const waitFor = (apartMs) => -Math.log(1 - Math.random()) * apartMs;

function call({ port, agent }, authorization) {
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1', headers: { authorization } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });
}
