import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startChild } from '../support/child.mjs';

const SERVER = new URL('server.mjs', import.meta.url);
/** Members of one ZADD. */
const BATCH = 500;

/**
 * An application process of `server.mjs`.
 *
 * @param {object} orders what its `start` is given
 */
export async function startApplication(orders) {
  const { ask, stop } = startChild(SERVER, { name: 'an application with revocations' });
  const started = await ask({ type: 'start', ...orders });
  return {
    ...{ candidate: 'ours', ...started, stop },
    usage: () => ask({ type: 'usage' }),
    revoke: (subject) => ask({ type: 'revoke', subject }),
  };
}

/** A Redis that keeps nothing on disk; `undefined` where it is not installed. */
export async function startRedis() {
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', ''];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = once(child, 'error').then(() => false);
  const answers = (async () => {
    while (!(await accepts(port))) await delay(20);
    return true;
  })();
  if (!(await Promise.race([failed, answers]))) return undefined;
  process.once('exit', () => child.kill('SIGKILL'));
  return { port, stop: () => child.kill('SIGKILL') };
}

/**
 * Puts marks where `RedisRevocationStore` keeps them, many at once.
 *
 * @param {number} port
 * @param {Iterable<{ untilSeconds: number }>} marks
 */
export async function seed(port, marks) {
  const client = new Redis({ port, host: '127.0.0.1' });
  let members = [];
  const flush = async () => {
    if (members.length > 0)
      await client.call('ZADD', 'trusted-issuers:revocations:marks', ...members);
    members = [];
  };
  for (const mark of marks) {
    members.push(String(mark.untilSeconds), JSON.stringify(mark));
    if (members.length >= BATCH * 2) await flush();
  }
  await flush();
  const memory = /used_memory:(\d+)/.exec(await client.call('INFO', 'memory'));
  client.disconnect();
  return { bytes: Number(memory?.[1]) };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (isOpen) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
