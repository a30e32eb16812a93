import { beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthModuleConfig, Revocations } from 'nestjs-trusted-issuers';
import { RedisRevocationStore } from 'nestjs-trusted-issuers/redis';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { startApplication } from '../support/application.js';
import { opened } from '../support/opened.js';
import { startRedis } from './support/redis.js';
import { clientOf, type Credentials, LIBRARIES } from './support/redis-clients.js';

const MARKS = 'trusted-issuers:revocations:marks';
const ANNOUNCED = 'trusted-issuers:revocations:announced';
const REVOKED = 'token_revoked';
const GOOD = 'good';

let issuer: TestIssuer;
beforeAll(async () => void (issuer = await createTestIssuer({ listen: false })));

/** Waits for what comes soon; the test's own time limit is the bound. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}

describe.each(LIBRARIES)('Revocations in Redis, by %s', (library) => {
  const { keep } = opened();
  const redisOf = async (options?: Parameters<typeof startRedis>[0]) =>
    keep(await startRedis(options));

  async function application(
    port: number,
    options: Partial<NonNullable<AuthModuleConfig['revocation']>> = {},
    credentials: Credentials = {},
  ) {
    const client = keep(clientOf(library, port, credentials));
    const started = keep(
      await startApplication({
        issuers: [issuer.config()],
        revocation: { store: new RedisRevocationStore(client.client), ...options },
      }),
    );
    const revocations = started.app.get(Revocations);
    const outcome = async (sub: string): Promise<unknown> => {
      const { status, json } = await started.get(
        '/notes',
        issuer.token({ claims: { sub, iat: Math.floor(Date.now() / 1_000) - 60 } }),
      );
      return status === 200 ? GOOD : (json as { code: string }).code;
    };
    return {
      ...started,
      ...{ client, revocations, outcome },
      revoke: (subject: string) => revocations.revokeSubject({ issuer: issuer.issuer, subject }),
      knows: (sub: string) => until(async () => (await outcome(sub)) === REVOKED),
      isIn: (state: string) => until(async () => revocations.status()?.state === state),
    };
  }

  it('are seen by every process, also by one that starts later', async () => {
    const { port } = await redisOf();
    const [one, other] = [await application(port), await application(port)];
    expect([await one.outcome('mallory'), await other.outcome('mallory')]).toEqual([GOOD, GOOD]);
    await one.revoke('mallory');
    expect(await one.outcome('mallory')).toBe(REVOKED);
    await other.knows('mallory');
    await other.revoke('eve');
    await one.knows('eve');
    const late = await application(port);
    for (const sub of ['mallory', 'eve']) expect(await late.outcome(sub)).toBe(REVOKED);
    for (const each of [one, other, late]) expect(await each.outcome('alice')).toBe(GOOD);
  });

  it('survive that Redis is killed: no request waits for it, and nothing is lost', async () => {
    const redis = await redisOf({ isDurable: true });
    const [one, other] = [await application(redis.port), await application(redis.port)];
    await one.revoke('before');
    await redis.kill();
    const revoking = one.revoke('meanwhile');
    const confirmed = revoking.then(
      () => true,
      () => false,
    );
    for (const each of [one, other]) expect(await each.outcome('alice')).toBe(GOOD);
    expect(await one.outcome('meanwhile')).toBe(REVOKED);
    await redis.start();
    await other.knows('before');
    await other.knows('meanwhile');
    await confirmed;
    const late = await application(redis.port);
    for (const sub of ['before', 'meanwhile']) expect(await late.outcome(sub)).toBe(REVOKED);
    await other.revoke('after');
    for (const each of [one, late]) await each.knows('after');
  });

  it('survive that Redis forgets: each process puts back what it put', async () => {
    const redis = await redisOf();
    const [one, other] = [await application(redis.port), await application(redis.port)];
    await one.revoke('of one');
    await other.revoke('of the other');
    await one.knows('of the other');
    await other.knows('of one');
    await redis.kill();
    await redis.start();
    for (const each of [one, other])
      for (const sub of ['of one', 'of the other']) expect(await each.outcome(sub)).toBe(REVOKED);
    await until(async () => Number(await one.client.send('ZCARD', MARKS).catch(() => 0)) === 2);
    const late = await application(redis.port);
    for (const sub of ['of one', 'of the other']) expect(await late.outcome(sub)).toBe(REVOKED);
  });

  it('that can’t be put reject, and are put when Redis is back', async () => {
    const redis = await redisOf();
    const [one, other] = [await application(redis.port), await application(redis.port)];
    for (const each of [one, other]) expect(await each.outcome('mallory')).toBe(GOOD);
    await redis.kill();
    await expect(one.revoke('mallory')).rejects.toThrow('Redis has not confirmed a revocation');
    expect(await one.outcome('mallory')).toBe(REVOKED);
    expect(await other.outcome('mallory')).toBe(GOOD);
    await redis.start();
    await other.knows('mallory');
  });

  it.each([
    ['refuse', 'keys_unavailable'],
    ['serve', GOOD],
  ] as const)('that are old count as whenStale: %p says', async (whenStale, code) => {
    const redis = await redisOf();
    const one = await application(redis.port, { maxStaleSeconds: 1, whenStale });
    await one.revoke('mallory');
    expect(await one.outcome('alice')).toBe(GOOD);
    await redis.kill();
    await one.isIn('stale');
    expect(await one.outcome('alice')).toBe(code);
    expect(await one.outcome('mallory')).toBe(REVOKED);
    expect(one.log.text('error')).toContain('has not answered for more than maxStaleSeconds (1)');
    await redis.start();
    await one.isIn('current');
    expect(await one.outcome('alice')).toBe(GOOD);
    expect(await one.outcome('mallory')).toBe(REVOKED);
  });

  it('don’t hold up the start while Redis is down', async () => {
    const redis = await redisOf({ isDurable: true });
    await (await application(redis.port)).revoke('mallory');
    await redis.kill();
    const one = await application(redis.port);
    expect(one.revocations.status()).toMatchObject({ state: 'loading' });
    expect(await one.outcome('alice')).toBe('keys_unavailable');
    await redis.start();
    await one.knows('mallory');
    await one.isIn('current');
    expect(await one.outcome('alice')).toBe(GOOD);
  });

  it('reach a process that was away longer than the stream reaches back', async () => {
    const { port } = await redisOf();
    const one = await application(port);
    const away = keep(clientOf(library, port));
    // What this client is asked is answered late, as by a connection that hangs.
    let held: Promise<void> | undefined;
    const hanging = {
      call: async (...command: string[]) => {
        await held;
        return away.send(...command);
      },
    };
    const heard = new Set<string>();
    const store = new RedisRevocationStore(hanging);
    const stop = await store.subscribe((mark) => void heard.add(Object(mark).subject as string));
    await one.revoke('first');
    await until(async () => heard.has('first'));
    let release = (): void => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    for (const sub of ['second', 'third', 'fourth']) await one.revoke(sub);
    await one.client.send('XTRIM', ANNOUNCED, 'MAXLEN', '1');
    const knownAs = store.knownAsOfSeconds();
    expect(heard.size).toBe(1);
    release();
    await until(async () => heard.size === 4);
    await until(async () => store.knownAsOfSeconds() > knownAs);
    await stop();
  });

  it('survive garbage, which is said', async () => {
    const { port } = await redisOf();
    const one = await application(port);
    await one.revoke('first');
    const { send } = one.client;
    for (const text of ['no JSON', '7', 'null', '{"kind":"subject"}', '{"kind":"__proto__"}']) {
      await send('ZADD', MARKS, '9999999999', text);
      await send('XADD', ANNOUNCED, '*', 'mark', text);
    }
    await send('XADD', ANNOUNCED, '*', 'another', 'field', 'and', 'more');
    const late = await application(port);
    expect(await late.outcome('first')).toBe(REVOKED);
    await late.revoke('second');
    await one.knows('second');
    for (const each of [one, late]) {
      expect(await each.outcome('alice')).toBe(GOOD);
      expect(each.log.text('error').match(/gave something that is not a mark/g)).toHaveLength(1);
    }
  });

  it.each([MARKS, ANNOUNCED])('are not known while %s is of another type', async (key) => {
    const { port } = await redisOf();
    const admin = keep(clientOf(library, port));
    await admin.send('SET', key, 'of another application');
    const one = await application(port, { whenStale: 'refuse' });
    expect(await one.outcome('alice')).toBe('keys_unavailable');
    expect(one.log.text('error')).toContain('revocations could not be loaded');
    await admin.send('DEL', key);
    await one.isIn('current');
    expect(await one.outcome('alice')).toBe(GOOD);
  });

  it('need no more of Redis than documented', async () => {
    const { port } = await redisOf();
    const admin = keep(clientOf(library, port));
    await admin.send(
      ...['ACL', 'SETUSER', 'api', 'on', '>secret', 'resetkeys', '~trusted-issuers:*', '-@all'],
      ...['+@connection', '+zadd', '+zscan', '+zremrangebyscore', '+xadd', '+xrange', '+xrevrange'],
      // What the libraries themselves ask.
      ...['+info'],
    );
    const credentials = { username: 'api', password: 'secret' };
    const one = await application(port, {}, credentials);
    const other = await application(port, {}, credentials);
    await one.revoke('mallory');
    await other.knows('mallory');
    await expect(one.client.send('SET', 'elsewhere', '1')).rejects.toThrow('NOPERM');
    expect(await admin.send('KEYS', '*')).toHaveLength(2);
  });

  it('are kept apart by prefix', async () => {
    const { port } = await redisOf();
    const client = keep(clientOf(library, port));
    const store = new RedisRevocationStore(client.client, { prefix: 'shop:' });
    const one = await application(port, { store });
    const other = await application(port);
    await one.revoke('mallory');
    expect(await client.send('KEYS', '*')).toEqual(
      expect.arrayContaining(['shop:marks', 'shop:announced']),
    );
    await other.revoke('eve');
    expect([await one.outcome('eve'), await other.outcome('mallory')]).toEqual([GOOD, GOOD]);
  });

  it('end in Redis when they have ended', async () => {
    const { port } = await redisOf();
    const client = keep(clientOf(library, port));
    const store = new RedisRevocationStore(client.client);
    const nowSeconds = Date.now() / 1_000;
    const markOn = (tokenId: string, untilSeconds: number) =>
      ({ kind: 'token', issuer: issuer.issuer, tokenId, untilSeconds }) as const;
    await store.put(markOn('old', nowSeconds - 1_000));
    await store.put(markOn('new', nowSeconds + 1_000));
    const stop = await store.subscribe(() => undefined);
    // @ts-expect-error as if a minute had gone by.
    store.follower.prunedAt = 0;
    await until(async () => Number(await client.send('ZCARD', MARKS)) === 1);
    expect(await client.send('ZRANGE', MARKS, '0', '-1')).toEqual([
      JSON.stringify(markOn('new', nowSeconds + 1_000)),
    ]);
    await stop();
  });
});

describe('A Redis store', () => {
  it.each([undefined, null, {}, 'redis://127.0.0.1', () => undefined])(
    'refuses %p as a client',
    (client) => {
      expect(() => new RedisRevocationStore(client as never)).toThrow(
        'Give a client that the application has connected',
      );
    },
  );

  it('refuses an empty prefix', () => {
    const client = { call: async () => undefined };
    expect(() => new RedisRevocationStore(client, { prefix: '' })).toThrow(TypeError);
  });
});
