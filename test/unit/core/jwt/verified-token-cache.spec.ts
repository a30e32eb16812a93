import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Verification } from '../../../../src/core/jwt/authenticated-token.js';
import { VerifiedTokenCache } from '../../../../src/core/jwt/verified-token-cache.js';
import { LruMap } from '../../../../src/core/util/lru-map.js';

/** Nothing in it matters to the cache. */
const verification = {} as Verification;
const tokenOf = (index: number, length = 100): string => String(index).padStart(length, 't');

/** Tokens as they come: few callers ask often and many rarely, and everybody gets a new token now and then. */
function* crowd({ callers, requests }: { callers: number; requests: number }): Iterable<string> {
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff) / 0x7fffffff;
  for (let request = 0; request < requests; request++) {
    const caller = Math.floor(callers * random() ** 2);
    const renewals = Math.floor((request + caller * 97) / 10_000);
    yield tokenOf(caller * 1_000 + renewals);
  }
}

describe('VerifiedTokenCache', () => {
  it('S30 finds by the whole token: one bit elsewhere is another token', () => {
    const cache = new VerifiedTokenCache(10);
    const token = 'a'.repeat(200);
    cache.put(token, verification);
    for (let index = 0; index < token.length; index++) {
      const other = `${token.slice(0, index)}b${token.slice(index + 1)}`;
      expect(cache.find(other)).toBeUndefined();
    }
    expect(cache.find(`x${token}`)).toBeUndefined();
    expect(cache.find(token.slice(1))).toBeUndefined();
    expect(cache.find(token)?.token).toBe(token);
  });

  it('S30 keeps the later of two tokens with the same look-up key, and takes neither for the other', () => {
    const cache = new VerifiedTokenCache(10);
    const [one, other] = [tokenOf(1, 100), tokenOf(2, 100)].map((head) => head + 'a'.repeat(32));
    cache.put(one as string, verification);
    cache.put(other as string, verification);
    expect(cache.size).toBe(1);
    expect(cache.find(one as string)).toBeUndefined();
    cache.remove(one as string);
    expect(cache.find(other as string)?.token).toBe(other);
  });

  it('keeps to maxEntries, whatever comes', () => {
    const cache = new VerifiedTokenCache(100);
    for (let index = 0; index < 10_000; index++) cache.put(tokenOf(index), verification);
    expect(cache.size).toBe(100);
  });

  it('keeps to its bytes: long tokens push others out, too long ones are not kept', () => {
    const cache = new VerifiedTokenCache(100);
    for (let index = 0; index < 100; index++) cache.put(tokenOf(index, 8_192), verification);
    const full = Math.floor((100 * 3_200) / 8_192);
    expect(cache.size).toBe(full);
    cache.put(tokenOf(1, 8_193), verification);
    expect(cache.find(tokenOf(1, 8_193))).toBeUndefined();
    expect(cache.size).toBe(full);
  });

  it('is full when its bytes are, and keeps no token that is longer than all of them', () => {
    const two = new VerifiedTokenCache(2);
    for (const index of [1, 2]) two.put(tokenOf(index, 3_200), verification);
    expect(two.size).toBe(2);
    two.put(tokenOf(1, 6_401), verification);
    expect(two.find(tokenOf(1, 6_401))).toBeUndefined();
    expect(two.size).toBe(2);
    two.put(tokenOf(3, 6_400), verification);
    expect(two.find(tokenOf(3, 6_400))).toBeDefined();
    expect(two.size).toBe(1);
  });

  it('gives a token that is found again a second chance', () => {
    const cache = new VerifiedTokenCache(100);
    const hot = tokenOf(-1);
    cache.put(hot, verification);
    for (let index = 0; index < 1_000; index++) {
      cache.put(tokenOf(index), verification);
      expect(cache.find(hot)).toBeDefined();
    }
  });

  it('keeps a token that was found again, and not one that never was', () => {
    const cache = new VerifiedTokenCache(2);
    cache.put(tokenOf(1), verification);
    cache.find(tokenOf(1));
    cache.put(tokenOf(2), verification);
    cache.put(tokenOf(3), verification);
    expect([1, 2, 3].filter((index) => cache.find(tokenOf(index)))).toEqual([1, 3]);
  });

  it('takes memory for the tokens it has, and no more for each than a slot', () => {
    const cache = new VerifiedTokenCache(1_000);
    const { arrayBuffers } = process.memoryUsage();
    for (let index = 0; index < 1_000; index++) cache.put(tokenOf(index), verification);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(1_100 * 1_536);
    expect(cache.size).toBe(1_000);
  });

  it('makes room even when every token is in use', () => {
    const cache = new VerifiedTokenCache(50);
    for (let index = 0; index < 500; index++) {
      cache.put(tokenOf(index), verification);
      for (let other = 0; other <= index; other++) cache.find(tokenOf(other));
      expect(cache.size).toBeLessThanOrEqual(50);
    }
  });

  it('takes new tokens in although all it has were found again', () => {
    const cache = new VerifiedTokenCache(50);
    for (let index = 0; index < 50; index++) {
      cache.put(tokenOf(index), verification);
      cache.find(tokenOf(index));
    }
    for (let index = 50; index < 500; index++) {
      cache.put(tokenOf(index), verification);
      for (let recent = index - 9; recent <= index; recent++)
        expect(cache.find(tokenOf(recent))).toBeDefined();
    }
    expect(cache.size).toBe(50);
  });

  it('finds as much as one that forgets what was unused for longest', () => {
    const room = 100;
    const cache = new VerifiedTokenCache(room);
    const leastRecentlyUsed = new LruMap<string, true>(room);
    const found = { cache: 0, leastRecentlyUsed: 0 };
    for (const token of crowd({ callers: 250, requests: 40_000 })) {
      if (cache.find(token)) found.cache++;
      else cache.put(token, verification);
      if (leastRecentlyUsed.get(token)) found.leastRecentlyUsed++;
      else leastRecentlyUsed.set(token, true);
      expect(cache.size).toBeLessThanOrEqual(room);
    }
    expect(found.leastRecentlyUsed).toBeGreaterThan(20_000);
    expect(found.cache).toBeGreaterThan(found.leastRecentlyUsed * 0.98);
  });

  it('leaves a token that it handed out as it is, whichever takes its place', () => {
    const cache = new VerifiedTokenCache(1);
    cache.put(tokenOf(1), { ...verification, issuer: 'https://one.example' });
    const one = cache.find(tokenOf(1));
    cache.put(tokenOf(2), { ...verification, issuer: 'https://two.example' });
    expect(cache.find(tokenOf(1))).toBeUndefined();
    expect(cache.find(tokenOf(2))?.verification.issuer).toBe('https://two.example');
    expect([one?.token, one?.verification.issuer]).toEqual([tokenOf(1), 'https://one.example']);
  });

  it('keeps tokens of any length up to 8192 characters, on the shelf or not', () => {
    const cache = new VerifiedTokenCache(20);
    const tokens = [100, 1_536, 1_537, 8_192, 200, 1_600, 300].map((length) =>
      tokenOf(length, length),
    );
    for (const token of tokens) cache.put(token, verification);
    expect(tokens.map((token) => cache.find(token)?.token)).toEqual(tokens);
  });

  it('answers as a map would, whatever is done in whatever order', () => {
    const step = fc.record({
      what: fc.constantFrom('put' as const, 'find' as const, 'remove' as const),
      // Some of a length that the shelf has no room for.
      token: fc.record({ index: fc.nat({ max: 6 }), length: fc.constantFrom(40, 1_536, 1_600) }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (room, steps) => {
        const cache = new VerifiedTokenCache(room);
        const model = new Map<string, string>();
        for (const [at, { what, token: made }] of steps.entries()) {
          const token = tokenOf(made.index, made.length);
          const found = cache.find(token);
          // What it has must be what was put last; what it lacks it may have pushed out.
          if (found) expect(found.verification.issuer).toBe(model.get(token));
          if (what === 'remove') {
            cache.remove(token);
            model.delete(token);
            expect(cache.find(token)).toBeUndefined();
          }
          if (what === 'put') {
            cache.put(token, { ...verification, issuer: String(at) });
            model.set(token, String(at));
            expect(cache.find(token)?.token).toBe(token);
          }
          expect(cache.size).toBeLessThanOrEqual(room);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('counts a token put twice once, and forgets what is removed', () => {
    const cache = new VerifiedTokenCache(10);
    for (let times = 0; times < 50; times++) cache.put(tokenOf(7, 8_192), verification);
    expect(cache.size).toBe(1);
    cache.remove(tokenOf(7, 8_192));
    cache.remove(tokenOf(8));
    expect(cache.size).toBe(0);
    for (let index = 0; index < 3; index++) cache.put(tokenOf(index, 8_192), verification);
    expect(cache.size).toBe(3);
  });
});
