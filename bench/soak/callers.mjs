import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Callers of one server that ask at the same time, each again a little after it was answered. */
const CALLERS = 8;
const PAUSE_MS = 4;

/** What comes, of a hundred requests; as it is said in the report. */
export const LOAD = ['60 % hot tokens', '25 % new tokens', '15 % refused', 'keys that rotate'];

/**
 * Loads a server until it is stopped.
 *
 * @param {number} port
 * @param {import('./tokens.mjs').Tokens} tokens
 */
export function callers(port, tokens) {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const over = new AbortController();
  let latencies = [];
  let wrong = 0;
  const lane = async () => {
    while (!over.signal.aborted) {
      const { token, statuses } = tokens.next();
      const start = performance.now();
      const status = await call({ port, agent }, token);
      latencies.push(performance.now() - start);
      if (!statuses.includes(status)) wrong++;
      await delay(PAUSE_MS);
    }
  };
  const lanes = Promise.all(Array.from({ length: CALLERS }, lane));
  return {
    /** Milliseconds, of the requests since it was last asked. */
    takeP99() {
      const sorted = latencies.toSorted((a, b) => a - b);
      latencies = [];
      return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    },
    /** How many answers had another status than they must. */
    get wrong() {
      return wrong;
    },
    async stop() {
      over.abort();
      await lanes;
      agent.destroy();
    },
  };
}

function call({ port, agent }, token) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1', headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });
}
