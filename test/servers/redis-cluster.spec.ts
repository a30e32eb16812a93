import { describe, expect, it } from '@jest/globals';
import { Cluster } from 'ioredis';
import {
  type RedisClient,
  RedisReplayStore,
  RedisRevocationStore,
} from 'nestjs-trusted-issuers/redis';
import { createClientPool, createCluster } from 'redis';
import { setTimeout as pause } from 'node:timers/promises';
import { opened } from '../support/opened.js';
import { startRedis } from './support/redis.js';
import { clientOf } from './support/redis-clients.js';

interface Opened {
  readonly client: RedisClient;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Connections of other kinds than a client, by what the libraries call them. */
const KINDS: Readonly<Record<string, (port: number) => Promise<Opened>>> = {
  'a Cluster of ioredis': async (port) => {
    const client = new Cluster([{ host: HOST, port }]);
    client.on('error', () => undefined);
    return { client, close: async () => client.disconnect() };
  },
  'a cluster of redis': async (port) => {
    const client = createCluster({ rootNodes: [{ url: `redis://${HOST}:${port}` }] });
    client.on('error', () => undefined);
    await client.connect();
    return { client, close: async () => client.destroy() };
  },
  'a pool of redis': async (port) => {
    const pool = createClientPool({ url: `redis://${HOST}:${port}` });
    pool.on('error', () => undefined);
    await pool.connect();
    return { client: pool, close: async () => pool.destroy() };
  },
};

describe.each(Object.keys(KINDS))('Stores over %s', (kind) => {
  const { keep } = opened();
  const isCluster = !kind.includes('pool');

  it('hand on marks, and reserve keys once', async () => {
    const args = isCluster ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', HOST] : [];
    const { port } = keep(await startRedis({ args }));
    const admin = keep(clientOf('ioredis', port));
    if (isCluster) {
      await admin.send('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      while (!/cluster_state:ok/.test(String(await admin.send('CLUSTER', 'INFO')))) await pause(20);
    }
    const open = KINDS[kind] as (typeof KINDS)[string];
    const [one, other] = [keep(await open(port)), keep(await open(port))];
    const [writer, reader] = [one, other].map(({ client }) => new RedisRevocationStore(client)) as [
      RedisRevocationStore,
      RedisRevocationStore,
    ];
    const untilSeconds = Math.floor(Date.now() / 1_000) + 60;
    const markOn = (tokenId: string) =>
      ({ kind: 'token', issuer: 'https://login.example.com', tokenId, untilSeconds }) as const;
    await writer.put(markOn('before'));
    const heard: unknown[] = [];
    const stop = await reader.subscribe((mark) => void heard.push(mark));
    await writer.put(markOn('after'));
    while (heard.length === 0) await pause(10);
    expect(heard).toEqual([markOn('after')]);
    const loaded = [];
    for await (const mark of reader.load()) loaded.push(mark);
    expect(loaded).toEqual(expect.arrayContaining([markOn('before'), markOn('after')]));
    await stop();

    const replays = [one, other].map(({ client }) => new RedisReplayStore(client));
    const answers = replays.map((store) => store.reserve('key.jti', untilSeconds));
    expect((await Promise.all(answers)).toSorted()).toEqual([false, true]);
  });
});
