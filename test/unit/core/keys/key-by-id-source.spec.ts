import { beforeEach, describe, expect, it } from '@jest/globals';
import { KeyByIdSource } from '../../../../src/core/keys/key-by-id-source.js';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import { edKey, KeyPlace, requestForEdKey, settled } from '../../../support/key-place.js';
import { MovableClock } from '../../../support/movable-clock.js';
import { ISSUER, type Told, told } from '../../../support/told.js';

const START_MS = 1_700_000_000_000;
const request = requestForEdKey;

describe('KeyByIdSource', () => {
  let clock: MovableClock;
  let places: Map<string, KeyPlace>;
  let telling: Told;
  let source: KeyByIdSource;
  beforeEach(() => {
    clock = new MovableClock(START_MS);
    places = new Map();
    telling = told();
    source = new KeyByIdSource((keyId) => placeOf(keyId).load, clock, telling.report);
  });

  /** Where the key of this name would be; empty until it is published. */
  const placeOf = (keyId: string): KeyPlace => {
    const place = places.get(keyId) ?? new KeyPlace();
    places.set(keyId, place);
    return place;
  };
  const publish = (...keyIds: string[]): void => {
    for (const kid of keyIds) placeOf(kid).publish(edKey({ kid }));
  };
  const idsOf = (keys: readonly VerificationKey[]) => keys.map(({ keyId = 'none' }) => keyId);
  const find = async (keyId?: string, expired?: boolean) =>
    idsOf(await source.find(request(keyId, expired)));
  const loadsOf = (keyId: string) => placeOf(keyId).loads;
  const UNAVAILABLE = { code: 'keys_unavailable', check: 'key', reason: 'no keys' };

  it('has nothing, and knows nothing, before a token comes', async () => {
    source.warmUp();
    source.retryFailed();
    expect(source.isRemote).toBe(true);
    expect(source.refresh).toBe(source);
    expect(await source.all()).toEqual([]);
    expect(source.findMore(request('a'), [])).toEqual([]);
    expect(source.offer(request('a'))).toEqual({
      algorithmsOfNamed: [],
      hasAlgorithm: false,
      algorithms: [],
    });
    expect(source.status()).toEqual({
      state: 'pending',
      keys: 0,
      lastSuccessAt: undefined,
      ageSeconds: undefined,
      nextRefreshAt: undefined,
      lastError: undefined,
    });
    expect(places.size).toBe(0);
  });

  it.each([undefined, '', '../a', 'a'.repeat(65)])(
    'asks for no key by the name %j',
    async (kid) => {
      expect(await find(kid)).toEqual([]);
      expect(places.size).toBe(0);
    },
  );

  it('a key is fetched once, when a token first names it', async () => {
    publish('a');
    expect(await Promise.all([find('a'), find('a')])).toEqual([['a'], ['a']]);
    const known = source.find(request('a'));
    expect(idsOf(known as VerificationKey[])).toEqual(['a']);
    expect(loadsOf('a')).toEqual([true]);
    expect(source.status()).toMatchObject({ state: 'fresh', keys: 1 });
    expect(telling.events('unknownKey')).toEqual([]);
    const [key] = known as [VerificationKey];
    expect(source.isCurrent(key, clock.now())).toBe(true);
    expect(source.isCurrent({ ...key, keyId: undefined }, clock.now())).toBe(false);
    expect(source.isCurrent({ ...key }, clock.now())).toBe(false);
    expect(source.isCurrent({ ...key, keyId: 'b' }, clock.now())).toBe(false);
  });

  it('keys beside those that are known are told to observers as unknown ones', async () => {
    publish('a');
    await find('a');
    await find('b');
    expect(telling.events('unknownKey')).toEqual([{ issuer: ISSUER }]);
  });

  it('all() and offer have every key that was found', async () => {
    publish('a', 'b');
    await find('a');
    await find('b');
    expect(idsOf(await source.all())).toEqual(['a', 'b']);
    expect(source.offer(request('b'))).toEqual({
      algorithmsOfNamed: ['EdDSA', 'Ed25519'],
      hasAlgorithm: true,
      algorithms: ['EdDSA', 'Ed25519', 'EdDSA', 'Ed25519'],
    });
    expect(source.status()).toMatchObject({ keys: 2 });
  });

  it('an expired token is worth no look-up; a key that is known it gets', async () => {
    publish('a');
    expect(await find('a', true)).toEqual([]);
    expect(loadsOf('a')).toEqual([]);
    await find('a');
    expect(await find('a', true)).toEqual(['a']);
  });

  it('a key is kept fresh as a set is, and a change of it found', async () => {
    publish('a');
    await find('a');
    publish('a');
    clock.advance(480);
    const [before] = source.find(request('a')) as [VerificationKey];
    await settled();
    expect(loadsOf('a')).toEqual([true, false]);
    const [after] = source.find(request('a')) as [VerificationKey];
    expect(after.keyId).toBe('a');
    expect(after).not.toBe(before);
  });

  it('a key that is too old is fetched again, and waited for', async () => {
    publish('a');
    await find('a');
    clock.advance(3_600);
    expect(await find('a')).toEqual(['a']);
    expect(loadsOf('a')).toEqual([true, false]);
  });

  it('one that did not verify a token is fetched again in the background', async () => {
    publish('a');
    const keys = (await source.find(request('a'))) as VerificationKey[];
    expect(source.findMore(request(), keys)).toEqual([]);
    expect(source.findMore(request('a'), [])).toEqual(keys);
    expect(loadsOf('a')).toHaveLength(1);
    expect(source.findMore(request('a'), keys)).toEqual([]);
    await settled();
    expect(loadsOf('a')).toEqual([true, true]);
  });

  it('a name without a key is asked for once a minute', async () => {
    expect(await find('a')).toEqual([]);
    publish('a');
    clock.advance(59.999);
    expect(await find('a')).toEqual([]);
    expect(loadsOf('a')).toHaveLength(1);
    clock.advance(0.001);
    expect(await find('a')).toEqual(['a']);
    expect(telling.log.lines).toEqual([]);
  });

  it('16 are looked up at once; the next is a 503 that ends in 5 s', async () => {
    for (let at = 0; at < 16; at++) expect(await find(`k${at}`)).toEqual([]);
    publish('a');
    expect(() => source.find(request('a'))).toThrow(
      expect.objectContaining({ ...UNAVAILABLE, retryAfterSeconds: 5 }),
    );
    expect(loadsOf('a')).toEqual([]);
    clock.advance(5);
    expect(await find('a')).toEqual(['a']);
    // It found its key, so that another may be looked up.
    publish('b');
    expect(await find('b')).toEqual(['b']);
  });

  it('of keys in use a hundred are kept; the one that was found first goes', async () => {
    const names = Array.from({ length: 101 }, (_, at) => `k${at}`);
    publish(...names);
    for (const name of names) await find(name);
    expect(source.status().keys).toBe(100);
    await find('k1');
    expect(loadsOf('k1')).toHaveLength(1);
    await find('k0');
    expect(loadsOf('k0')).toHaveLength(2);
  });

  describe('while a key can’t be fetched', () => {
    it('it is a 503, and the next token tries again', async () => {
      placeOf('a').failure = new Error('down');
      const before = performance.now();
      await expect(find('a')).rejects.toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 1 });
      expect(source.status()).toEqual({
        state: 'unavailable',
        keys: 0,
        lastSuccessAt: undefined,
        ageSeconds: undefined,
        nextRefreshAt: undefined,
        lastError: { at: new Date(START_MS), message: 'down' },
      });
      expect(telling.events('keyRefreshFailed')).toMatchObject([
        { issuer: ISSUER, reason: 'down' },
      ]);
      const [failed] = telling.events('keyRefreshFailed');
      expect(failed?.durationMs).toBeLessThanOrEqual(performance.now() - before);
      expect(telling.log.text('error')).toContain(`cannot fetch the keys of ${ISSUER}: down`);

      placeOf('a').failure = undefined;
      publish('a');
      expect(await find('a')).toEqual(['a']);
      expect(source.status()).toMatchObject({ state: 'fresh', lastError: undefined });
    });

    it('others still serve, and the log says so', async () => {
      publish('a');
      await find('a');
      placeOf('b').failure = new Error('down');
      await expect(find('b')).rejects.toMatchObject(UNAVAILABLE);
      expect(telling.log.text('warn')).toContain('down; the keys fetched before are still used');
      expect(await find('a')).toEqual(['a']);
    });

    it('and no other is left, one that failed is not remembered once another was found', async () => {
      placeOf('b').failure = new Error('down');
      await expect(find('b')).rejects.toMatchObject(UNAVAILABLE);
      publish('a');
      await find('a');
      expect(source.status()).toMatchObject({ state: 'fresh', lastError: undefined });
    });

    it('retryFailed fetches those again that were lost', async () => {
      publish('a');
      await find('a');
      placeOf('a').failure = new Error('down');
      clock.advance(3_600);
      await expect(find('a')).rejects.toMatchObject(UNAVAILABLE);
      placeOf('a').failure = undefined;
      clock.advance(1);
      source.retryFailed();
      await settled();
      expect(source.status()).toMatchObject({ state: 'fresh', keys: 1 });
    });
  });
});
