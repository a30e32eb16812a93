import autocannon from 'autocannon';
import { setTimeout as delay } from 'node:timers/promises';

const CONNECTIONS = 64;
/** How often autocannon looks whether it shall stop. */
const SAMPLE_MS = 20;
/** On a busy machine one may be too short for anything to be answered. */
const MAX_WINDOWS = 100;

/**
 * Loads a server and reads what a request costs it, in the middle of the load: neither opening nor
 * closing of connections is counted.
 *
 * @param {import('./fleet.mjs').Server} server
 * @param {readonly (string | undefined)[]} authorizations header values, dealt out to the connections
 * and sent in turn; `undefined` sends none
 * @param {{ settleMs: number, windowMs: number, awake?: boolean }} times and whether to {@link stayAwake}
 * @returns {Promise<{ userMicroseconds: number, cpuMicroseconds: number, perSecond: number, statuses: Record<string, number> }>}
 */
export async function load(server, authorizations, { settleMs, windowMs, awake = false }) {
  const run = fire(server, authorizations);
  const rest = awake ? stayAwake() : () => {};
  await delay(settleMs);
  const before = await server.usage();
  let after = before;
  for (let windows = 0; windows < MAX_WINDOWS && !hasAnswered(before, after); windows++) {
    await delay(windowMs);
    after = await server.usage();
  }
  rest();
  run.stop();
  const { statusCodeStats, errors } = await run;
  if (errors > 0) throw new Error(`${server.candidate}: ${errors} connections failed`);
  const requests = after.requests - before.requests;
  return {
    userMicroseconds: (after.userMicroseconds - before.userMicroseconds) / requests,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    perSecond: (requests * 1_000) / (after.atMs - before.atMs),
    statuses: Object.fromEntries(
      Object.entries(statusCodeStats).map(([status, { count }]) => [status, count]),
    ),
  };
}

/**
 * Loads a server until it has answered so many: the compiler goes by how often code has run, not for how
 * long, and a slow server would still be measured while it is being compiled.
 *
 * @param {import('./fleet.mjs').Server} server
 * @param {readonly (string | undefined)[]} authorizations as for {@link load}
 * @param {{ requests: number, maxMs: number }} limits
 */
export async function warmUp(server, authorizations, { requests, maxMs }) {
  const enough = (await server.usage()).requests + requests;
  const giveUp = performance.now() + maxMs;
  const run = fire(server, authorizations);
  while ((await server.usage()).requests < enough && performance.now() < giveUp)
    await delay(SAMPLE_MS);
  run.stop();
  await run;
}

function fire(server, authorizations) {
  const hands = deal(authorizations);
  let clients = 0;
  return autocannon({
    url: `http://127.0.0.1:${server.port}/`,
    connections: CONNECTIONS,
    duration: 60,
    sampleInt: SAMPLE_MS,
    setupClient: (client) => client.setRequests(hands[clients++ % hands.length].map(requestWith)),
  });
}

/**
 * Keeps this process from sleeping until it is called. To wake a sleeping reader costs the writer more
 * than most guards, and a slow server's reader sleeps between any two answers while a quick one's never
 * does. It takes a core, so it is not for contestants that check signatures on other threads.
 */
function stayAwake() {
  let awake = true;
  const turn = () => awake && setImmediate(turn);
  turn();
  return () => (awake = false);
}

/** A connection asks again only after it was answered. */
const hasAnswered = (before, after) => after.requests - before.requests > CONNECTIONS;

const requestWith = (authorization) =>
  authorization === undefined ? { method: 'GET' } : { method: 'GET', headers: { authorization } };

/** Fewer values than connections: each connection sends them all. */
function deal(values) {
  if (values.length < CONNECTIONS) return [values];
  const each = Math.ceil(values.length / CONNECTIONS);
  return Array.from({ length: CONNECTIONS }, (_, index) =>
    values.slice(index * each, (index + 1) * each),
  ).filter((hand) => hand.length > 0);
}
