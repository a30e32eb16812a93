// One guarded application in a process of its own. It takes its orders from the process that loads
// it, and ends with it.
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { candidate } from '../contestants/index.mjs';
import { worldOf } from '../support/world.mjs';
import { layersOf } from '../layers/layers-of.mjs';
import { settle } from '../support/settle.mjs';
import { createApplication } from './application.mjs';

const [candidateId, adapter] = process.argv.slice(2);
const ORDERS = {
  start: async ({ key, options }) => ({ port: await start(key, options) }),
  usage,
  'watch-delay': watchDelay,
  delay,
  'start-profile': startProfile,
  profile,
};
let requests = 0;
let delays;
let session;

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  process.send(await ORDERS[message.type](message));
});

/** From now on, how late timers get their turn. */
function watchDelay() {
  delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  return {};
}

function delay() {
  delays.disable();
  // The timer itself waits a millisecond.
  const late = (percentile) => Math.max(0, delays.percentile(percentile) / 1e6 - 1);
  return { p50Ms: late(50), p99Ms: late(99) };
}

async function startProfile() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  return {};
}

async function profile() {
  const { profile: found } = await session.post('Profiler.stop');
  session.disconnect();
  return layersOf(found);
}

async function start(key, options) {
  const guarding = await candidate(candidateId).create(worldOf(key, options));
  const application = await createApplication(guarding, adapter);
  await application.listen(0, '127.0.0.1');
  await settle();
  const server = application.getHttpServer();
  server.on('request', () => requests++);
  return server.address().port;
}

/** What the process has used and answered so far. */
function usage() {
  const { user, system } = process.cpuUsage();
  return {
    userMicroseconds: user,
    cpuMicroseconds: user + system,
    requests,
    atMs: performance.now(),
  };
}
