import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpFetch } from '../../../src/config/http-config.js';
import { createTestIssuer } from '../../../src/testing/create-test-issuer.js';
import type { TestIssuer } from '../../../src/testing/test-issuer.js';
import { httpGet, networkFetch } from './http-get.js';

let issuer: TestIssuer;

afterEach(() => issuer.close());

describe.each([
  ['over HTTP', () => networkFetch],
  ['in memory', () => issuer.fetch],
] as const)('%s', (_way, fetchOf: () => HttpFetch) => {
  async function get(signal?: AbortSignal): Promise<number> {
    return (await httpGet(fetchOf(), issuer.jwksUri, signal)).status;
  }

  it('answers 503 while it is down, and well when it is back', async () => {
    issuer = await createTestIssuer();
    issuer.goDown();
    expect(await get()).toBe(503);
    issuer.comeBack();
    expect(await get()).toBe(200);
  });

  it.each([204, 302, 404, 500])('answers %s when told to', async (status) => {
    issuer = await createTestIssuer();
    issuer.goDown(status);
    expect(await get()).toBe(status);
  });

  it('breaks the connection when told to drop', async () => {
    issuer = await createTestIssuer();
    issuer.goDown('drop');
    await expect(get()).rejects.toThrow('fetch failed');
    issuer.comeBack();
    expect(await get()).toBe(200);
  });

  it('delays each answer until it is back', async () => {
    issuer = await createTestIssuer();
    issuer.stall(80);
    const begun = performance.now();
    expect(await get()).toBe(200);
    // Timers may fire up to a millisecond early.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79);
    issuer.stall(2 ** 31 - 1);
    issuer.comeBack();
    expect(await get()).toBe(200);
  });

  it('decides on an outage when the delayed answer is due', async () => {
    issuer = await createTestIssuer();
    issuer.stall(50);
    const status = get();
    issuer.goDown(500);
    expect(await status).toBe(500);
  });

  it('lets the caller give up a delayed answer', async () => {
    issuer = await createTestIssuer();
    issuer.stall(60_000);
    await expect(get(AbortSignal.timeout(30))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('lists the requests it refused too', async () => {
    issuer = await createTestIssuer();
    issuer.goDown();
    await get();
    expect(issuer.requests).toEqual([{ method: 'GET', path: '/jwks' }]);
  });
});

describe('A delayed answer in memory', () => {
  it('does not keep the process alive', async () => {
    issuer = await createTestIssuer({ listen: false });
    const before = timers();
    issuer.stall(60_000);
    const answer = httpGet(issuer.fetch, issuer.jwksUri);
    expect(timers()).toBe(before);
    await issuer.close();
    await expect(answer).rejects.toThrow('fetch failed');
  });

  function timers(): number {
    return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  }
});

describe('what cannot be', () => {
  it.each([0, 199, 600, 200.5, Number.NaN])('status %s is refused', async (status) => {
    issuer = await createTestIssuer({ listen: false });
    expect(() => issuer.goDown(status)).toThrow(
      new RangeError(`status must be an integer from 200 to 599 or 'drop', not ${status}`),
    );
  });

  it.each([-1, 2 ** 31, Number.NaN])('a delay of %s ms is refused', async (ms) => {
    issuer = await createTestIssuer({ listen: false });
    expect(() => issuer.stall(ms)).toThrow(
      new RangeError(`ms must be from 0 to 2147483647, not ${ms}`),
    );
  });
});
