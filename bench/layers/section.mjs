import { candidate } from '../contestants/index.mjs';
import { crewOf, startFleet } from '../http/fleet.mjs';
import { load, warmUp } from '../http/load.mjs';
import { scenariosOf } from '../http/scenarios.mjs';
import { serveKeys } from '../support/world.mjs';

const PROFILED = ['ours', 'ours-node-crypto', 'auth-guard-key-object', 'fast-jwt', 'jose'];

/**
 * Where the main thread of a server spends its time while every token is new: under HTTP, because a loop around
 * a guard has warmer caches and other garbage.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, fixtures, progress }) {
  const [fixture] = fixtures;
  const { windowMs } = settings.layers;
  const keyServer = await serveKeys([fixture.jwk]);
  const options = { jwksUri: keyServer.uriOf(fixture.kid), cacheEntries: settings.cacheEntries };
  const { distinct } = await scenariosOf(fixture, settings.cacheEntries);
  const crew = crewOf(fixture.algorithm, { among: PROFILED, adapters: ['fastify'] });
  const servers = await startFleet(crew, fixture, options);
  const columns = [];
  try {
    for (const server of servers) {
      progress(server.candidate);
      await warmUp(server, distinct.rehearsal, settings.http.warmUp);
      const { settleMs } = settings.http;
      const cost = await load(server, distinct.authorizations, { settleMs, windowMs });
      await server.order('start-profile');
      await load(server, distinct.authorizations, { settleMs, windowMs });
      const shares = await server.order('profile');
      const { label } = candidate(server.candidate);
      columns.push({ candidate: server.candidate, label, ...cost, shares });
    }
  } finally {
    for (const { stop } of servers) stop();
    keyServer.close();
  }
  return { algorithm: fixture.algorithm, columns };
}
