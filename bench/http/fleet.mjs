import { CANDIDATES } from '../contestants/index.mjs';
import { startChild } from '../support/child.mjs';

const CEILINGS = ['ceiling', 'settled-ceiling'];
const ADAPTERS = ['express', 'fastify'];
const SERVER = new URL('server.mjs', import.meta.url);
/** Servers that start side by side; more would only wait for each other. */
const STARTING_AT_ONCE = 2;

/**
 * A server process.
 *
 * @typedef {object} Server
 * @property {string} candidate
 * @property {'express' | 'fastify'} adapter
 * @property {number} port
 * @property {() => Promise<{ userMicroseconds: number, cpuMicroseconds: number, requests: number, atMs: number }>} usage
 * @property {(order: string) => Promise<any>} order
 * @property {() => void} stop
 */

/**
 * What shall be started.
 *
 * @param {string} algorithm
 * @param {{ among?: readonly string[], adapters?: readonly string[] }} options absent: all
 */
export function crewOf(algorithm, { among, adapters = ADAPTERS }) {
  return adapters.flatMap((adapter) =>
    CANDIDATES.filter(({ id, isLimit, adapters: usable, verifies }) => {
      // Among all, the ceilings alone: other limits are no guards to choose from.
      if (id.endsWith('-uncached') || (!among && isLimit && !CEILINGS.includes(id))) return false;
      return usable.includes(adapter) && verifies(algorithm) && (!among || among.includes(id));
    }).map(({ id }) => ({ candidate: id, adapter })),
  );
}

/**
 * @param {readonly { candidate: string, adapter: string }[]} crew
 * @param {import('../support/fixtures.mjs').Fixture} fixture
 * @param {{ jwksUri: string, cacheEntries: number }} options
 * @returns {Promise<Server[]>}
 */
export async function startFleet(crew, fixture, options) {
  const key = { algorithm: fixture.algorithm, jwk: fixture.jwk };
  const waiting = [...crew];
  const servers = [];
  const startNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      servers.push(await startServer(next, { type: 'start', key, options }));
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, startNext));
  return servers;
}

async function startServer({ candidate, adapter }, orders) {
  const name = `the server of ${candidate} on ${adapter}`;
  const { ask, stop } = startChild(SERVER, { args: [candidate, adapter], name });
  const { port } = await ask(orders);
  return {
    ...{ candidate, adapter, port, stop },
    usage: () => ask({ type: 'usage' }),
    order: (type) => ask({ type }),
  };
}
