import { NestFactory } from '@nestjs/core';
import { openGuard } from '../guard/guarded-call.mjs';
import { candidate } from '../contestants/index.mjs';
import { Headers } from '../guard/workloads.mjs';
import { load, warmUp } from '../http/load.mjs';
import { Race } from '../measure.mjs';
import { figureOf, ratioOf, shuffle } from '../support/statistics.mjs';
import { serveKeys, worldOf } from '../support/world.mjs';
import { timeToOtherProcess } from './fleet.mjs';
import { guardingWith, loaded } from './guarding.mjs';
import { marksOf, ReadyStore } from './marks.mjs';
import { seed, startApplication, startRedis } from './processes.mjs';

/**
 * What it costs to remember a million revocations, and how soon another process knows of one.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, fixtures, progress }) {
  const { cacheEntries, guard, http, revocation } = settings;
  const { marks } = revocation;
  const [fixture] = fixtures;
  const keyServer = await serveKeys([fixture.jwk]);
  const options = { jwksUri: keyServer.uriOf(fixture.kid), cacheEntries };
  const world = worldOf(fixture, options);
  const key = { algorithm: fixture.algorithm, jwk: fixture.jwk };
  progress('memory and load');
  const memory = await memoryOf(world, marks);
  progress('a hot token, at the guard');
  const atGuard = await raceHot(world, { fixture, marks, guard, ms: revocation.guardMs });
  progress('a hot token, over HTTP');
  const overHttp = await loadHot({ key, options, http, fixture, ...revocation });
  progress('Redis');
  const redis = await throughRedis({ key, options, fixture, ...revocation, progress });
  keyServer.close();
  return { marks, memory, atGuard, overHttp, redis };
}

async function memoryOf(world, marks) {
  globalThis.gc();
  const before = process.memoryUsage();
  const startedAt = performance.now();
  const { module } = guardingWith(world, new ReadyStore(marks));
  const application = await NestFactory.createApplicationContext(module, { logger: false });
  const { bytes } = await loaded(application);
  const loadMs = performance.now() - startedAt;
  globalThis.gc();
  const after = process.memoryUsage();
  await application.close();
  return {
    ...{ loadMs, bytes },
    heapBytes: after.heapUsed - before.heapUsed,
    residentBytes: after.rss - before.rss,
  };
}

/** The same token again and again; without the option, with no mark, and with all of them. */
async function raceHot(world, { fixture, marks, guard, ms }) {
  const headers = new Headers(fixture.tokens, 1);
  const guardings = {
    ceiling: await candidate('ceiling').create(world),
    without: guardingWith(world, undefined),
    empty: guardingWith(world, new ReadyStore(0)),
    with: guardingWith(world, new ReadyStore(marks)),
  };
  const contestants = [];
  for (const [id, guarding] of Object.entries(guardings)) {
    const { call, close } = await openGuard(guarding);
    const supply = headers.supply('hot');
    await call(supply());
    contestants.push({ id, label: id, operate: () => call(supply()), close });
  }
  const limits = { sliceMs: guard.sliceMs, maxRounds: guard.maxRounds, maxMs: ms };
  const race = await Race.run(contestants, limits);
  for (const { close } of contestants) await close();
  const added = (id) => {
    const without = race.gross('without');
    return figureOf(race.gross(id).map((value, round) => (value - without[round]) / 1_000));
  };
  return {
    withoutMicroseconds: race.netMicroseconds('without', 'ceiling'),
    emptyAddedMicroseconds: added('empty'),
    addedMicroseconds: added('with'),
  };
}

async function loadHot({ key, options, http, fixture, marks, httpRounds }) {
  const authorizations = [`Bearer ${fixture.tokens[0]}`];
  const servers = {
    without: await startApplication({ key, options }),
    with: await startApplication({ key, options, marks }),
  };
  const cpu = { without: [], with: [] };
  for (const server of Object.values(servers)) await warmUp(server, authorizations, http.warmUp);
  for (let round = 0; round < httpRounds; round++)
    for (const [id, server] of shuffle(Object.entries(servers)))
      cpu[id].push((await load(server, authorizations, http)).cpuMicroseconds);
  for (const { stop } of Object.values(servers)) stop();
  return { cpuMicroseconds: figureOf(cpu.with), cpuOfWithout: ratioOf(cpu.with, cpu.without) };
}

async function throughRedis({ key, options, fixture, marks, revocations, progress }) {
  const redis = await startRedis();
  if (redis === undefined) return undefined;
  try {
    const { bytes } = await seed(redis.port, marksOf(marks));
    const orders = { key, options, redisPort: redis.port };
    const loading = await startApplication(orders);
    loading.stop();
    progress(`loaded ${marks} marks from Redis in ${(loading.loadMs / 1_000).toFixed(1)} s`);
    const seen = await timeToOtherProcess({ orders, tokens: fixture.tokens, revocations });
    return { bytes, loadMs: loading.loadMs, seen };
  } finally {
    redis.stop();
  }
}
