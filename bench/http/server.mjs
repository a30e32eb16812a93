// One guarded application in a process of its own. It takes its orders from the process that loads
// it, and ends with it.
import { candidate } from '../contestants/index.mjs';
import { worldOf } from '../support/world.mjs';
import { createApplication } from './application.mjs';

const [candidateId, adapter] = process.argv.slice(2);
let requests = 0;

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.type === 'start') process.send({ port: await start(message.key, message.options) });
  else process.send(usage());
});

async function start(key, options) {
  const guarding = await candidate(candidateId).create(worldOf(key, options));
  const application = await createApplication(guarding, adapter);
  await application.listen(0, '127.0.0.1');
  const server = application.getHttpServer();
  server.on('request', () => requests++);
  return server.address().port;
}

/** What the process has used and answered so far. */
function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, requests, atMs: performance.now() };
}
