import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import { RefreshedKeySet } from '../../../../src/core/keys/refreshed-key-set.js';
import { edKey, KeyPlace, requestForEdKey, settled } from '../../../support/key-place.js';
import { MovableClock } from '../../../support/movable-clock.js';
import { ISSUER, type Told, told } from '../../../support/told.js';

const START_MS = 1_700_000_000_000;
const old = edKey({ kid: 'old' });
const fresh = edKey({ kid: 'new' });
const request = requestForEdKey;

describe('RefreshedKeySet', () => {
  let clock: MovableClock;
  let place: KeyPlace;
  let telling: Told;
  let set: RefreshedKeySet;
  beforeEach(() => {
    // Back-offs are as long as they can be.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    clock = new MovableClock(START_MS);
    place = new KeyPlace({ keys: [old] });
    telling = told();
    set = new RefreshedKeySet(place.load, clock, telling.report);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const idsOf = (keys: readonly VerificationKey[]) => keys.map(({ keyId = 'none' }) => keyId);
  const ask = async (keyId?: string, expired?: boolean, tried?: readonly VerificationKey[]) =>
    idsOf(await set.ask(request(keyId, expired), tried));
  const known = (keyId?: string) => idsOf(set.known(request(keyId)).keys);
  const date = (seconds: number): Date => new Date(START_MS + seconds * 1_000);
  const UNAVAILABLE = { code: 'keys_unavailable', check: 'key', reason: 'no keys' };
  /** Asks, and gives the `Retry-After` of the refusal. */
  const refusedFor = async (keyId = 'old'): Promise<number | undefined> => {
    const refusal = await (async () => set.ask(request(keyId)))().catch(
      (thrown: unknown) => thrown,
    );
    expect(refusal).toMatchObject(UNAVAILABLE);
    return (refusal as { retryAfterSeconds?: number }).retryAfterSeconds;
  };
  const advance = async (seconds: number): Promise<void> => {
    clock.advance(seconds);
    known();
    await settled();
  };

  describe('before the first fetch', () => {
    it('has no keys, and fetches nothing to say so', () => {
      expect(set.known(request())).toEqual({ keys: [], isPartial: false });
      expect(set.mayLack(request())).toBe(true);
      expect(set.isUsable()).toBe(false);
      set.retryFailed();
      set.doubt(request('old'));
      expect(place.loads).toEqual([]);
      expect(set.status()).toEqual({
        state: 'pending',
        keys: 0,
        lastSuccessAt: undefined,
        ageSeconds: undefined,
        nextRefreshAt: undefined,
        lastError: undefined,
      });
    });

    it('one fetch serves all that ask, an expired token among them', async () => {
      const asked = [ask('old'), ask('old'), ask(undefined, true)];
      set.warmUp();
      expect(await Promise.all(asked)).toEqual([['old'], ['old'], ['old']]);
      expect(place.loads).toEqual([false]);
      expect(telling.events('keysRefreshed')).toEqual([
        { issuer: ISSUER, keys: 1, changed: true, durationMs: expect.any(Number) },
      ]);
      expect(telling.log.lines).toEqual([]);
    });

    it('all() fetches, and gives every key', async () => {
      place.publish(old, fresh);
      expect(idsOf(await set.all())).toEqual(['old', 'new']);
      expect(idsOf(await set.all())).toEqual(['old', 'new']);
      expect(place.loads).toEqual([false]);
    });

    it('all() fails when nothing can be fetched', async () => {
      place.failure = new Error('down');
      await expect(set.all()).rejects.toMatchObject(UNAVAILABLE);
    });

    it('a fetch for a token with an unknown key is not one for an unknown key', async () => {
      place.publish();
      expect(await ask('new')).toEqual([]);
      expect(place.loads).toEqual([false]);
    });
  });

  describe('while keys are fresh', () => {
    beforeEach(async () => {
      await ask();
    });

    it('says when they came, and when they will be fetched again', () => {
      clock.advance(100.5);
      expect(set.status()).toEqual({
        state: 'fresh',
        keys: 1,
        lastSuccessAt: date(0),
        ageSeconds: 100,
        nextRefreshAt: date(480),
        lastError: undefined,
      });
    });

    it('fetches them again after four fifths of the time, while they serve', async () => {
      place.publish(fresh);
      await advance(479.999);
      expect(place.loads).toEqual([false]);
      clock.advance(0.001);
      expect(known()).toEqual(['old']);
      expect(known()).toEqual(['old']);
      await settled();
      expect(place.loads).toEqual([false, false]);
      expect(known()).toEqual(['new']);
      expect(set.status()).toMatchObject({ state: 'fresh', lastSuccessAt: date(480) });
    });

    it('lives as long as the server says', async () => {
      place.freshSeconds = 1_000;
      await advance(480);
      await advance(799);
      expect(place.loads).toHaveLength(2);
      await advance(1);
      expect(place.loads).toHaveLength(3);
    });

    it('a key that is gone is held no more; one that stays is the same object', async () => {
      const [key] = set.known(request('old')).keys as [VerificationKey];
      expect(set.holds(key, clock.now())).toBe(true);
      place.publish(fresh, old);
      await advance(480);
      expect(set.holds(key, clock.now())).toBe(true);
      place.publish(fresh);
      await advance(480);
      expect(set.holds(key, clock.now())).toBe(false);
    });

    it('being asked whether a key is held keeps it fresh, and one that is too old is not', async () => {
      const [key] = set.known(request('old')).keys as [VerificationKey];
      expect(set.holds(key, clock.now() + 480_000)).toBe(true);
      await settled();
      expect(place.loads).toHaveLength(2);
      expect(set.holds(key, clock.now() + 3_599_999)).toBe(true);
      expect(set.holds(key, clock.now() + 3_600_000)).toBe(false);
    });

    it('warmUp and retryFailed fetch nothing', () => {
      clock.advance(3_599);
      set.warmUp();
      set.retryFailed();
      expect(place.loads).toHaveLength(1);
    });

    it('knows which named key it may lack', () => {
      expect(['old', 'new', undefined].map((id) => set.mayLack(request(id)))).toEqual([
        ...[false, true, false],
      ]);
      clock.advance(3_600);
      expect(set.mayLack(request('old'))).toBe(true);
    });

    it('offers what it has', () => {
      expect(set.offer(request('old'))).toEqual({
        algorithmsOfNamed: ['EdDSA', 'Ed25519'],
        hasAlgorithm: true,
        algorithms: ['EdDSA', 'Ed25519'],
      });
    });

    it('tells observers whether a fetch changed anything', async () => {
      await advance(480);
      place.publish(old, fresh);
      await advance(480);
      place.publish(fresh);
      await advance(480);
      const events = telling.events('keysRefreshed').map(({ keys, changed }) => [keys, changed]);
      expect(events).toEqual([
        [1, true],
        [1, false],
        [2, true],
        [1, true],
      ]);
    });

    describe('and a token names another key', () => {
      it('fetches at once, then not before 5 s are over', async () => {
        expect(await ask('new')).toEqual([]);
        expect(place.loads).toEqual([false, true]);
        place.publish(old, fresh);
        clock.advance(4.999);
        expect(await ask('new')).toEqual([]);
        expect(place.loads).toHaveLength(2);
        clock.advance(0.001);
        expect(await ask('new')).toEqual(['new']);
        expect(place.loads).toEqual([false, true, true]);
      });

      it('fetches nothing for one that has expired', async () => {
        expect(await ask('new', true)).toEqual([]);
        expect(place.loads).toHaveLength(1);
      });

      it('one that joins a fetch which began before asks once more', async () => {
        const letGo = place.hold();
        clock.advance(480);
        known();
        const asked = [ask('new'), ask('new'), ask('new', true), ask('old')];
        place.publish(old, fresh);
        letGo();
        expect(await Promise.all(asked)).toEqual([['new'], ['new'], [], ['old']]);
        expect(place.loads).toEqual([false, false, true]);
      });

      it('one that joins asks once more only when such a fetch is due, and only once', async () => {
        const letGo = place.hold();
        const first = ask('other');
        const joined = ask('new');
        letGo();
        expect(await Promise.all([first, joined])).toEqual([[], []]);
        // The fetch for the other key was a moment ago.
        expect(place.loads).toEqual([false, true]);

        clock.advance(480);
        const letGoAgain = place.hold();
        known();
        const joinedAgain = ask('new');
        letGoAgain();
        expect(await joinedAgain).toEqual([]);
        expect(place.loads).toEqual([false, true, false, true]);
      });

      it('one that joins is content with a second fetch, however long that takes', async () => {
        // Too long to be remembered as a miss.
        const keyId = 'x'.repeat(300);
        const letGo = place.hold();
        clock.advance(480);
        known();
        const joined = ask(keyId);
        letGo();
        const letGoAgain = place.hold();
        await settled();
        expect(place.loads).toHaveLength(3);
        clock.advance(60);
        letGoAgain();
        expect(await joined).toEqual([]);
        await settled();
        expect(place.loads).toHaveLength(3);
      });

      it('one that joins gets a key without a name first, for which no other fetch is needed', async () => {
        place.publish(edKey());
        clock.advance(480);
        known();
        expect(await ask('new')).toEqual(['none']);
        expect(place.loads).toEqual([false, false]);
      });

      it('one that a key without a name has not signed is as unknown', async () => {
        const nameless = edKey();
        place.publish(nameless);
        clock.advance(480);
        known();
        await settled();
        const { keys } = set.known(request('new'));
        expect(idsOf(keys)).toEqual(['none']);
        expect(await ask('new', false, keys)).toEqual([]);
        place.publish(nameless, fresh);
        clock.advance(5);
        expect(await ask('new', false, keys)).toEqual(['new']);
        place.failure = new Error('down');
        clock.advance(5);
        const asked = ask('other', false, keys);
        await expect(asked).rejects.toMatchObject(UNAVAILABLE);
      });

      it('a change makes the pause short again', async () => {
        await ask('a');
        clock.advance(5);
        await ask('b');
        place.publish(old, fresh);
        clock.advance(10);
        await ask('c');
        clock.advance(5);
        await ask('d');
        expect(place.loads).toHaveLength(5);
      });

      it('one that a fetch brought is no miss, and is fetched again as soon as any', async () => {
        await ask('other');
        clock.advance(5);
        place.publish(old, fresh);
        expect(await ask('new')).toEqual(['new']);
        clock.advance(5);
        set.doubt(request('new'));
        expect(place.loads).toHaveLength(4);
      });

      it('says 503 while it cannot be fetched, and keys that are known still serve', async () => {
        place.failure = new Error('down');
        expect(await refusedFor('new')).toBe(1);
        expect(await refusedFor('new')).toBe(1);
        expect(known()).toEqual(['old']);
        expect(place.loads).toHaveLength(2);
        // Due again by the failure, whatever the pause after an unknown key is.
        place.failure = undefined;
        clock.advance(1);
        expect(await ask('new')).toEqual([]);
        expect(place.loads).toHaveLength(3);
      });
    });

    describe('and one of them did not verify a token', () => {
      it('fetches in the background, as for an unknown key', async () => {
        set.doubt(request('old'));
        expect(place.loads).toEqual([false, true]);
        set.doubt(request('old'));
        await settled();
        set.doubt(request('old'));
        expect(place.loads).toHaveLength(2);
        clock.advance(5);
        set.doubt(request('old'));
        expect(place.loads).toHaveLength(3);
      });

      it('not for a token without a kid, and not for one that has expired', () => {
        set.doubt(request());
        set.doubt(request('old', true));
        expect(place.loads).toHaveLength(1);
      });

      it('a new key of the same name is found, and is no miss', async () => {
        await ask('other');
        clock.advance(5);
        place.publish(edKey({ kid: 'old' }));
        set.doubt(request('old'));
        await settled();
        clock.advance(5);
        set.doubt(request('old'));
        await settled();
        expect(place.loads).toHaveLength(4);
      });

      it('where the fetch brings no other, the next one waits longer than one for a new key', async () => {
        await ask('other');
        for (const seconds of [5, 10, 10]) {
          clock.advance(seconds);
          set.doubt(request('old'));
          await settled();
        }
        expect(place.loads).toHaveLength(4);
        expect(await ask('new')).toEqual([]);
        expect(place.loads).toHaveLength(5);
      });
    });
  });

  describe('while nothing can be fetched', () => {
    const fail = (message = 'down'): void => void (place.failure = new Error(message));

    it('without keys: says so at once, and when it will try again', async () => {
      fail();
      expect(await refusedFor()).toBe(1);
      expect(set.status()).toEqual({
        state: 'unavailable',
        keys: 0,
        lastSuccessAt: undefined,
        ageSeconds: undefined,
        nextRefreshAt: date(1),
        lastError: { at: date(0), message: 'down' },
      });
      await refusedFor();
      set.warmUp();
      set.retryFailed();
      expect(place.loads).toHaveLength(1);
      expect(telling.log.lines).toEqual([
        {
          level: 'error',
          text: expect.stringContaining(`cannot fetch the keys of ${ISSUER}: down`),
        },
      ]);
      expect(telling.log.text()).not.toContain('still used');
      expect(telling.events('keyRefreshFailed')).toEqual([
        { issuer: ISSUER, reason: 'down', durationMs: expect.any(Number) },
      ]);
    });

    it('the time between two fetches doubles from 1 s to 30 s', async () => {
      fail();
      const pauses: number[] = [];
      for (let failures = 0; failures < 7; failures++) {
        pauses.push((await refusedFor()) ?? 0);
        const from = clock.now();
        while (place.loads.length === failures + 1) {
          clock.advance(0.5);
          set.warmUp();
        }
        await settled();
        expect((clock.now() - from) / 1_000).toBe(pauses.at(-1));
      }
      expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    });

    it('the time is a fifth shorter at most, by chance', async () => {
      jest.spyOn(Math, 'random').mockReturnValue(0.5);
      fail();
      await refusedFor();
      clock.advance(0.899);
      set.warmUp();
      expect(place.loads).toHaveLength(1);
      clock.advance(0.001);
      set.warmUp();
      expect(place.loads).toHaveLength(2);
    });

    it('a client is told whole seconds, rounded up', async () => {
      fail();
      await refusedFor();
      clock.advance(1);
      await refusedFor();
      clock.advance(0.5);
      expect(await refusedFor()).toBe(2);
      clock.advance(1.4);
      expect(await refusedFor()).toBe(1);
    });

    it('retryFailed tries again once that is due, and says that keys are available again', async () => {
      fail();
      await refusedFor();
      clock.advance(1);
      place.failure = undefined;
      set.retryFailed();
      await settled();
      expect(set.status()).toMatchObject({
        state: 'fresh',
        keys: 1,
        nextRefreshAt: date(481),
        lastError: { at: date(0), message: 'down' },
      });
      expect(telling.log.text('log')).toContain(`the keys of ${ISSUER} are available again`);
      // The next outage begins with the first pause.
      fail();
      clock.advance(3_600);
      expect(await refusedFor()).toBe(1);
    });

    it('old keys serve for an hour, and are called stale once they are no longer fresh', async () => {
      await ask();
      fail();
      await advance(599.5);
      expect(set.status()).toMatchObject({ state: 'fresh', keys: 1, nextRefreshAt: date(600.5) });
      expect(telling.events('staleKeysServed')).toEqual([]);
      expect(telling.log.text('warn')).toContain('down; the keys fetched before are still used');
      await advance(0.5);
      expect(set.status()).toMatchObject({ state: 'stale', keys: 1 });
      expect(known()).toEqual(['old']);
      await advance(60);
      expect(telling.events('staleKeysServed')).toEqual([{ issuer: ISSUER, ageSeconds: 600 }]);
      expect(telling.log.text('warn')).toContain(
        `the keys of ${ISSUER} are 600 s old, and are still used`,
      );
      clock.advance(2_939.999);
      expect([known(), set.isUsable()]).toEqual([['old'], true]);
      await settled();
      clock.advance(0.001);
      expect([known(), set.isUsable()]).toEqual([[], false]);
      expect(set.status()).toMatchObject({ state: 'unavailable', keys: 0, ageSeconds: 3_600 });
      expect(await refusedFor()).toBeGreaterThanOrEqual(1);
    });

    it('the fetch that finds keys past their time says that they are stale', async () => {
      await ask();
      fail();
      await advance(700.5);
      expect(telling.events('staleKeysServed')).toEqual([{ issuer: ISSUER, ageSeconds: 700 }]);
    });

    it('each outage is reported, once', async () => {
      await ask();
      for (let outage = 0; outage < 2; outage++) {
        fail();
        await advance(700);
        await advance(700);
        place.failure = undefined;
        await advance(30);
      }
      expect(telling.events('staleKeysServed')).toHaveLength(2);
      expect(telling.log.text('log').split('available again')).toHaveLength(3);
    });

    it('a fetch that fails brings no key to the token that joined it', async () => {
      await ask();
      fail();
      clock.advance(480);
      const letGo = place.hold();
      known();
      const joined = ask('new');
      letGo();
      await expect(joined).rejects.toMatchObject(UNAVAILABLE);
      expect(place.loads).toHaveLength(2);
    });

    it('what is no error is described as well', async () => {
      place.failure = 'text';
      await refusedFor();
      expect(set.status().lastError?.message).toBe('something other than an error was thrown');
    });
  });

  it('tells observers how long a fetch took', async () => {
    const before = performance.now();
    place.failure = new Error('down');
    await refusedFor();
    clock.advance(1);
    place.failure = undefined;
    await ask();
    const [failed] = telling.events('keyRefreshFailed');
    const [refreshed] = telling.events('keysRefreshed');
    const tookMs = performance.now() - before;
    for (const event of [failed, refreshed]) {
      expect(event?.durationMs).toBeGreaterThanOrEqual(0);
      expect(event?.durationMs).toBeLessThanOrEqual(tookMs);
    }
  });

  describe('of a document that is no sound set', () => {
    it.each([
      ['no set', { document: 'none' }, 'the answer is not a JWK Set'],
      [
        'no usable key',
        { document: { keys: [{ kty: 'new' }] } },
        'none of the keys in the set is usable',
      ],
      [
        'keys that prove to be none',
        { document: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA' }] } },
        'none of the keys in the set is usable',
      ],
    ])('%s: the keys before still serve', async (_name, served, why) => {
      await ask();
      Object.assign(place, served);
      await advance(480);
      expect(known()).toEqual(['old']);
      expect(set.status()).toMatchObject({ keys: 1, lastError: { message: why } });
    });

    it('entries that can’t be used are named when they change', async () => {
      place.publish(null, old);
      await ask();
      await advance(480);
      const ignored = `keys of ${ISSUER} ignored: `;
      expect(telling.log.text('warn')).toBe(`${ignored}keys[0]: not an object TrustedIssuers`);
      place.publish(null, { kty: 'new' }, old);
      await advance(480);
      expect(telling.log.lines[1]?.text).toBe(
        `${ignored}keys[0]: not an object; keys[1]: not a key this runtime can read TrustedIssuers`,
      );
      place.publish(old);
      await advance(480);
      place.publish(null, old);
      await advance(480);
      expect(telling.log.lines).toHaveLength(3);
    });

    it('one that is empty from the first is said to be', async () => {
      place.publish();
      await ask();
      expect(telling.log.text('error')).toContain('is empty: all keys are withdrawn');
    });

    it('an empty set withdraws all keys, which is said once', async () => {
      await ask();
      place.publish();
      await advance(480);
      expect(known()).toEqual([]);
      expect(set.status()).toMatchObject({ state: 'unavailable', keys: 0, lastError: undefined });
      // By now it is known that there is no such key.
      expect(await ask('old')).toEqual([]);
      await advance(480);
      const said = `the key set of ${ISSUER} is empty: all keys are withdrawn, and its tokens are refused`;
      expect(telling.log.lines).toEqual([{ level: 'error', text: expect.stringContaining(said) }]);
      place.publish(old);
      await advance(480);
      expect(set.status()).toMatchObject({ state: 'fresh', keys: 1 });
      place.publish();
      await advance(480);
      expect(telling.log.lines).toHaveLength(2);
    });

    it('retryFailed asks for withdrawn keys every 30 s', async () => {
      place.publish();
      await ask();
      clock.advance(29.999);
      set.retryFailed();
      expect(place.loads).toHaveLength(1);
      clock.advance(0.001);
      set.retryFailed();
      await settled();
      expect(place.loads).toHaveLength(2);
    });
  });
});
