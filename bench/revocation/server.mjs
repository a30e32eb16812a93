// One application in a process of its own, with revocations or without. It takes its orders from the process
// that measures it, and ends with it.
import { Redis } from 'ioredis';
import { Revocations } from '../../dist/esm/index.js';
import { RedisRevocationStore } from '../../dist/esm/redis.js';
import { createApplication } from '../http/application.mjs';
import { settle } from '../support/settle.mjs';
import { ISSUER, worldOf } from '../support/world.mjs';
import { guardingWith, loaded } from './guarding.mjs';
import { ReadyStore } from './marks.mjs';

let requests = 0;
let application;

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.type === 'start') process.send(await start(message));
  else if (message.type === 'revoke') process.send(await revoke(message.subject));
  else process.send(usage());
});

async function start({ key, options, marks, redisPort }) {
  application = await createApplication(
    guardingWith(worldOf(key, options), storeOf(marks, redisPort)),
    'fastify',
  );
  const startedAt = performance.now();
  await application.listen(0, '127.0.0.1');
  await loaded(application);
  const loadMs = performance.now() - startedAt;
  await settle();
  const server = application.getHttpServer();
  server.on('request', () => requests++);
  return { port: server.address().port, loadMs };
}

function storeOf(marks, redisPort) {
  if (redisPort !== undefined)
    return new RedisRevocationStore(new Redis({ port: redisPort, host: '127.0.0.1' }));
  return marks === undefined ? undefined : new ReadyStore(marks);
}

async function revoke(subject) {
  const startedAt = performance.now();
  await application.get(Revocations).revokeSubject({ issuer: ISSUER, subject });
  return { putMs: performance.now() - startedAt };
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, requests, atMs: performance.now() };
}
