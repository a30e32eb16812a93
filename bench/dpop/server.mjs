// One application that takes tokens bound by DPoP, in a process of its own. It ends with the process that
// loads it.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createApplication } from '../http/application.mjs';
import { settle } from '../support/settle.mjs';
import { worldOf } from '../support/world.mjs';
import { ENTRANTS } from './entrants.mjs';

const [entrant, adapter, port] = process.argv.slice(2);
const delay = monitorEventLoopDelay({ resolution: 1 });
let answered = 0;

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.type === 'start') {
    await start(message);
    process.send({ type: 'started' });
  } else if (message.type === 'reset') {
    delay.reset();
    process.send({ type: 'reset' });
  } else process.send(usage());
});

async function start({ key, options, algorithm }) {
  const origin = `http://127.0.0.1:${port}`;
  const guarding = await ENTRANTS[entrant].create(worldOf(key, options), { origin, algorithm });
  const application = await createApplication(guarding, adapter);
  await application.listen(Number(port), '127.0.0.1');
  await settle();
  application.getHttpServer().on('request', () => answered++);
  delay.enable();
}

/** What the process has used so far, and how late the event loop was. */
function usage() {
  const { user } = process.cpuUsage();
  return { userMicroseconds: user, answered, delayP99Ms: delay.percentile(99) / 1e6 };
}
