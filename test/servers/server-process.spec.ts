import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { createClient } from 'redis';
import { startRedis } from './support/redis.js';
import { type ServerProcess, startServer } from './support/server-process.js';

const ping = async ({ port }: ServerProcess): Promise<string> => {
  const client = createClient({
    url: `redis://127.0.0.1:${port}`,
    socket: { reconnectStrategy: false },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.ping();
  } finally {
    client.destroy();
  }
};

describe('A server of Debian’s in a test', () => {
  const running: ServerProcess[] = [];
  const started = (server: ServerProcess): ServerProcess => {
    running.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of running.splice(0)) await server.close();
  });

  it('answers, can be killed, and comes back on the same port', async () => {
    const redis = started(await startRedis());
    expect(await ping(redis)).toBe('PONG');
    await redis.kill();
    await expect(ping(redis)).rejects.toThrow('ECONNREFUSED');
    await redis.start();
    expect(await ping(redis)).toBe('PONG');
  });

  it('is gone with its folder once it is closed', async () => {
    const redis = await startRedis();
    expect(existsSync(redis.folder)).toBe(true);
    await redis.close();
    expect(existsSync(redis.folder)).toBe(false);
    await expect(ping(redis)).rejects.toThrow('ECONNREFUSED');
  });

  it('says what it said when it does not start', async () => {
    const starting = startServer({ command: 'redis-server', args: () => ['--port', 'none'] });
    await expect(starting).rejects.toThrow(/redis-server did not start:[^]*port/);
  });

  it('is named when it is not installed', async () => {
    const starting = startServer({ command: 'no-such-server', args: () => [] });
    await expect(starting).rejects.toThrow("no-such-server can't be run");
  });
});
