import { beforeEach, describe, expect, it } from '@jest/globals';
import { FetchedKeySource } from '../../../../src/core/keys/fetched-key-source.js';
import type { KeyRequest, VerificationKey } from '../../../../src/core/keys/key-source.js';
import { RefreshedKeySet } from '../../../../src/core/keys/refreshed-key-set.js';
import { edKey, KeyPlace, settled } from '../../../support/key-place.js';
import { MovableClock } from '../../../support/movable-clock.js';
import { ISSUER, type Told, told } from '../../../support/told.js';

const request = (keyId?: string, more: Partial<KeyRequest> = {}): KeyRequest => ({
  algorithm: 'EdDSA',
  keyId,
  expired: false,
  ...more,
});
const UNAVAILABLE = { code: 'keys_unavailable', check: 'key', reason: 'no keys' };

describe('FetchedKeySource', () => {
  let clock: MovableClock;
  let telling: Told;
  beforeEach(() => {
    clock = new MovableClock();
    telling = told();
  });

  const sourceOf = (...places: KeyPlace[]): FetchedKeySource =>
    new FetchedKeySource(
      places.map(({ load }) => new RefreshedKeySet(load, clock, telling.report)),
      true,
      telling.report,
    );
  const placeOf = (...kids: (string | undefined)[]): KeyPlace =>
    new KeyPlace({ keys: kids.map((kid) => edKey({ kid })) });
  const idsOf = (keys: readonly VerificationKey[]) => keys.map(({ keyId = 'none' }) => keyId);

  describe('with one place', () => {
    let place: KeyPlace;
    let source: FetchedKeySource;
    const find = async (...args: Parameters<typeof request>) =>
      idsOf(await source.find(request(...args)));
    beforeEach(() => {
      place = placeOf('a');
      source = sourceOf(place);
    });

    it('says whether it may take a request to another machine, and can be refreshed', () => {
      expect([source.isRemote, new FetchedKeySource([], false, telling.report).isRemote]).toEqual([
        ...[true, false],
      ]);
      expect(source.refresh).toBe(source);
    });

    it('a key that is known is given at once, and nothing is fetched', async () => {
      await find('a');
      expect(idsOf(source.find(request('a')) as VerificationKey[])).toEqual(['a']);
      expect(place.loads).toHaveLength(1);
      expect(telling.events('unknownKey')).toEqual([]);
    });

    it('an unknown one is told to observers once there are keys, and fetched', async () => {
      await find('b');
      expect(telling.events('unknownKey')).toEqual([]);
      clock.advance(5);
      place.publish(edKey({ kid: 'b' }));
      expect(await find('b')).toEqual(['b']);
      expect(telling.events('unknownKey')).toEqual([{ issuer: ISSUER }]);
      // There is nothing to wait for.
      expect(source.find(request('c'))).toEqual([]);
    });

    it('after its key did not verify a token there is no other: it is fetched in the background', async () => {
      const keys = await source.find(request('a'));
      expect(source.findMore(request('a'), keys)).toEqual([]);
      await settled();
      expect(place.loads).toEqual([false, true]);
      expect(telling.events('unknownKey')).toEqual([]);
    });

    it('after a key without a name did not, the named one is fetched and waited for', async () => {
      const nameless = edKey();
      place.publish(nameless);
      const keys = await source.find(request('b'));
      expect(idsOf(keys)).toEqual(['none']);
      place.publish(nameless, edKey({ kid: 'b' }));
      expect(idsOf(await source.findMore(request('b'), keys))).toEqual(['b']);
      expect(place.loads).toEqual([false, true]);
    });

    it('after all keys that fit did not, a token without a kid is bad', async () => {
      const keys = await source.find(request());
      expect(source.findMore(request(), keys)).toEqual([]);
      expect(place.loads).toHaveLength(1);
    });

    it('keys of another issuer do not keep it from fetching', async () => {
      const [own, other] = [edKey({ kid: 'a' }), edKey({ issuer: 'https://b.example' })];
      place.publish(other, { ...own, kid: undefined });
      const wanted = request('b', { issuer: 'https://a.example' });
      const [first] = (await source.find(wanted)) as [VerificationKey];
      expect(first.issuer).toBeUndefined();
      place.publish(other, edKey({ kid: 'b' }));
      const more = await source.findMore(wanted, [first]);
      expect(more.map(({ keyId, issuer }) => keyId ?? issuer)).toEqual(['b', 'https://b.example']);
    });

    it('holds a key while it is there', async () => {
      const [key] = (await source.find(request('a'))) as [VerificationKey];
      expect(source.isCurrent(key, clock.now())).toBe(true);
      expect(source.isCurrent({ ...key }, clock.now())).toBe(false);
      expect(source.isCurrent(key, clock.now() + 3_600_000)).toBe(false);
    });

    it('all(), offer, status, warmUp and retryFailed are those of the place', async () => {
      source.warmUp();
      await settled();
      expect(place.loads).toEqual([false]);
      expect(idsOf(await source.all())).toEqual(['a']);
      expect(source.offer(request('a'))).toMatchObject({ hasAlgorithm: true });
      expect(source.status()).toMatchObject({ state: 'fresh', keys: 1 });
      place.failure = new Error('down');
      clock.advance(3_600);
      await expect(find('a')).rejects.toMatchObject(UNAVAILABLE);
      place.failure = undefined;
      clock.advance(1);
      source.retryFailed();
      await settled();
      expect(source.status()).toMatchObject({ state: 'fresh', keys: 1 });
    });
  });

  describe('with several places', () => {
    let one: KeyPlace;
    let two: KeyPlace;
    let source: FetchedKeySource;
    const find = async (...args: Parameters<typeof request>) =>
      idsOf(await source.find(request(...args)));
    beforeEach(() => {
      one = placeOf('a', undefined);
      two = placeOf('b', 'a');
      source = sourceOf(one, two);
    });
    const warm = async (): Promise<void> => {
      source.warmUp();
      await settled();
    };

    it('keys of all of them count, those of the very name first', async () => {
      await warm();
      expect(await find('a')).toEqual(['a', 'a', 'none']);
      expect(await find('b')).toEqual(['b', 'none']);
      expect(await find()).toEqual(['a', 'none', 'b', 'a']);
      expect([one.loads, two.loads]).toEqual([[false], [false]]);
      expect(idsOf(await source.all())).toEqual(['a', 'none', 'b', 'a']);
      expect(source.status()).toMatchObject({ state: 'fresh', keys: 4 });
    });

    it('the first that has a key answers; the others are asked in the background', async () => {
      const letGo = two.hold();
      expect(await find('a')).toEqual(['a', 'none']);
      letGo();
      await settled();
      expect(await find('a')).toEqual(['a', 'a', 'none']);
      expect([one.loads, two.loads]).toEqual([[false], [false]]);
    });

    it('one that has failed is asked again while tokens need the others alone', async () => {
      two.failure = new Error('down');
      expect(await find('a')).toEqual(['a', 'none']);
      two.failure = undefined;
      clock.advance(1);
      await find('a');
      await settled();
      expect(await find('b')).toEqual(['b', 'none']);
    });

    it('a key that neither has is none; where one of them failed that is unknown', async () => {
      one.publish(edKey({ kid: 'a' }));
      expect(await find('c')).toEqual([]);
      two.failure = new Error('down');
      clock.advance(5);
      await expect(find('c')).rejects.toMatchObject(UNAVAILABLE);
      expect(telling.events('unknownKey')).toHaveLength(1);
    });

    it('observers are told of an unknown key only when every place has keys', async () => {
      one.publish(edKey({ kid: 'a' }));
      two.failure = new Error('down');
      await expect(find('c')).rejects.toMatchObject(UNAVAILABLE);
      clock.advance(1);
      await expect(find('c')).rejects.toMatchObject(UNAVAILABLE);
      expect(telling.events('unknownKey')).toEqual([]);
    });

    it('after those that are known, the place that may lack the key is asked, the other is doubted', async () => {
      two.publish(edKey({ kid: 'b' }));
      await warm();
      const keys = await source.find(request('a'));
      expect(idsOf(keys)).toEqual(['a', 'none']);
      two.publish(edKey({ kid: 'b' }), edKey({ kid: 'a' }));
      expect(idsOf(await source.findMore(request('a'), keys))).toEqual(['a']);
      await settled();
      expect([one.loads, two.loads]).toEqual([
        [false, true],
        [false, true],
      ]);
    });

    it('a key of a place that has answered since is given, and none twice', async () => {
      const letGo = two.hold();
      const keys = await source.find(request('a'));
      letGo();
      await settled();
      const more = await source.findMore(request('a'), keys);
      expect(idsOf(more)).toEqual(['a']);
      expect(keys).not.toContain(more[0]);
    });

    it('each is kept fresh by being asked whether a key is held', async () => {
      await warm();
      const [key] = (await source.find(request('b'))) as [VerificationKey];
      expect(source.isCurrent({ ...key }, clock.now())).toBe(false);
      clock.advance(480);
      expect(source.isCurrent(key, clock.now())).toBe(true);
      await settled();
      expect([one.loads.length, two.loads.length]).toEqual([2, 2]);
    });

    it('more keys at one of them than are parsed for one token: 503 where no other fits, and once', async () => {
      const broken = Array.from({ length: 250 }, (_, at) => edKey({ kid: 'b', x: `x${at}` }));
      one.publish(edKey({ kid: 'a' }));
      two.publish(edKey(), ...broken);
      await warm();
      await expect(find('b')).rejects.toMatchObject({
        code: 'keys_unavailable',
        reason: 'more keys may fit than are read for one token',
      });
      expect(await find('b')).toEqual(['none']);
    });

    it('what they offer is offered together', async () => {
      await warm();
      expect(source.offer(request('b'))).toMatchObject({
        algorithmsOfNamed: ['EdDSA', 'Ed25519'],
        algorithms: { length: 8 },
      });
    });
  });
});
