import { describe, expect, it } from '@jest/globals';
import { RedisReplayStore } from 'nestjs-trusted-issuers/redis';
import { setTimeout as pause } from 'node:timers/promises';
import { opened } from '../support/opened.js';
import { startRedis } from './support/redis.js';
import { clientOf, LIBRARIES } from './support/redis-clients.js';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

describe.each(LIBRARIES)('A replay store in Redis, by %s', (library) => {
  const { keep } = opened();

  it('reserves a key once, for all processes together', async () => {
    const { port } = keep(await startRedis());
    const stores = [1, 2, 3].map(() => new RedisReplayStore(keep(clientOf(library, port)).client));
    const asked = Array.from({ length: 20 }, () =>
      stores.map((store) => store.reserve('key.jti', inSeconds(60))),
    );
    const answers = await Promise.all(asked.flat());
    expect(answers.filter((first) => first)).toHaveLength(1);
    expect(await stores[0]?.reserve('key.other', inSeconds(60))).toBe(true);
  });

  it('reserves it again when its time is over, and leaves nothing behind', async () => {
    const { port } = keep(await startRedis());
    const client = keep(clientOf(library, port));
    const store = new RedisReplayStore(client.client, { prefix: 'shop:' });
    expect(await store.reserve('key.jti', inSeconds(2))).toBe(true);
    expect(await store.reserve('key.jti', inSeconds(2))).toBe(false);
    expect(await client.send('KEYS', '*')).toEqual(['shop:key.jti']);
    while (Number(await client.send('EXISTS', 'shop:key.jti')) === 1) await pause(20);
    expect(await store.reserve('key.jti', inSeconds(60))).toBe(true);
  });

  it('rejects where Redis can’t say', async () => {
    const { port } = keep(await startRedis());
    const admin = keep(clientOf(library, port));
    await admin.send('ACL', 'SETUSER', 'api', 'on', '>secret', '~other:*', '+@all');
    const client = keep(clientOf(library, port, { username: 'api', password: 'secret' }));
    await expect(
      new RedisReplayStore(client.client).reserve('key.jti', inSeconds(60)),
    ).rejects.toThrow('NOPERM');
    const odd = new RedisReplayStore({ call: async () => 1 });
    await expect(odd.reserve('key.jti', inSeconds(60))).rejects.toThrow('another answer');
  });

  it('needs SET, and no more', async () => {
    const { port } = keep(await startRedis());
    const admin = keep(clientOf(library, port));
    await admin.send(
      ...['ACL', 'SETUSER', 'api', 'on', '>secret', 'resetkeys', '~trusted-issuers:*', '-@all'],
      ...['+@connection', '+set', '+info'],
    );
    const client = keep(clientOf(library, port, { username: 'api', password: 'secret' }));
    expect(await new RedisReplayStore(client.client).reserve('key.jti', inSeconds(60))).toBe(true);
  });
});
