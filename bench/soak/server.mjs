// One guarded application in a process of its own, which says how it is when it is asked.
import { AuthModule, JwtAuthGuard } from '../../dist/esm/index.js';
import { createApplication } from '../http/application.mjs';

const [adapter] = process.argv.slice(2);
let requests = 0;
let unhandled = 0;

process.on('unhandledRejection', () => unhandled++);
process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.type === 'start') process.send({ port: await start(message.options) });
  else process.send(sample());
});

async function start({ issuer, audience, maxEntries }) {
  const module = AuthModule.forRoot({
    issuers: [{ issuer, audience }],
    verifiedTokenCache: { maxEntries },
  });
  const application = await createApplication({ module, guard: JwtAuthGuard }, adapter);
  await application.listen(0, '127.0.0.1');
  const server = application.getHttpServer();
  server.on('request', () => requests++);
  return server.address().port;
}

function sample() {
  globalThis.gc();
  globalThis.gc();
  return {
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
    handles: process.getActiveResourcesInfo().length,
    ...{ requests, unhandled },
  };
}
