import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { quantilesOf } from '../support/statistics.mjs';
import { startApplication } from './processes.mjs';

/** Requests a second, on both processes together. */
const RATE = 1_000;
const TURN_MS = 10;
/** How often it is looked whether the other process refuses. */
const LOOK_MS = 5;
const GIVE_UP_MS = 10_000;

/**
 * How long it takes from the call of `revokeSubject` in one process until another refuses the token, while
 * both are under load.
 *
 * @param {{ orders: object, tokens: readonly string[], revocations: number }} input
 */
export async function timeToOtherProcess({ orders, tokens, revocations }) {
  const servers = [await startApplication(orders), await startApplication(orders)];
  const [one, other] = servers;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const [busy, ...victims] = tokens;
  const stopLoad = underLoad(servers, busy, agent);
  const waits = [];
  try {
    for (const token of victims.slice(0, revocations)) {
      const first = await statusOf(other, token, agent);
      if (first !== 200) throw new Error(`a good token was answered with ${first}`);
      const startedAt = performance.now();
      const revoking = one.revoke(subjectOf(token));
      while ((await statusOf(other, token, agent)) !== 401) {
        if (performance.now() - startedAt > GIVE_UP_MS)
          throw new Error('a revocation was not seen');
        await delay(LOOK_MS);
      }
      waits.push(performance.now() - startedAt);
      await revoking;
    }
  } finally {
    stopLoad();
    agent.destroy();
    for (const server of servers) server.stop();
  }
  return { ...quantilesOf(waits), count: waits.length, rate: RATE };
}

function underLoad(servers, token, agent) {
  let turn = 0;
  const fire = () => {
    for (let count = 0; count < (RATE * TURN_MS) / 1_000; count++)
      void statusOf(servers[turn++ % servers.length], token, agent).catch(() => {});
  };
  const timer = setInterval(fire, TURN_MS);
  return () => clearInterval(timer);
}

function statusOf({ port }, token, agent) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request({ port, host: '127.0.0.1', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end();
  });
}

const subjectOf = (token) =>
  JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub;
