import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readJwkSet } from '../../../../src/core/keys/read-jwk-set.js';
import type { KeySet } from '../../../../src/core/keys/key-set.js';
import type { KeyRequest } from '../../../../src/core/keys/key-source.js';
import { PassedOver } from '../../../../src/core/keys/passed-over.js';

const JWK = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
const named = Array.from({ length: 300 }, (_, index) => ({ ...JWK, kid: `k${index}` }));
/** Look like keys, and are none. */
const broken = Array.from({ length: 350 }, (_, index) => ({ ...JWK, x: `x${index}` }));

const request = (keyId?: string): KeyRequest => ({ algorithm: 'EdDSA', keyId, expired: false });

function read(keys: readonly object[], before?: KeySet): KeySet {
  const reading = readJwkSet({ keys }, before && { before });
  if (!reading) throw new Error('no set');
  return reading.keys;
}

const parsedIn = (set: KeySet): number =>
  [...set.entries.values()].filter(({ isRead }) => isRead).length;

describe('The keys of a set', () => {
  it('are parsed when a token names them, except for the first 100', () => {
    const set = read(named);
    expect([parsedIn(set), set.usable.size]).toEqual([100, 300]);
    expect(set.select(request('nobody')).keys).toEqual([]);
    expect(parsedIn(set)).toBe(100);
    expect(set.select(request('k299')).keys).toMatchObject([{ keyId: 'k299' }]);
    expect(parsedIn(set)).toBe(101);
    expect(set.select(request()).keys).toHaveLength(17);
    expect(parsedIn(set)).toBe(101);
  });

  it('that are of no use are parsed a hundred a token, and once', () => {
    const set = read([...broken, { ...JWK, kid: 'good' }]);
    const parsings = [0, 1, 2, 3].map(() => {
      const { isPartial } = set.select(request('nobody'));
      return [isPartial, parsedIn(set), set.usable.size];
    });
    expect(parsings).toEqual([
      [true, 200, 151],
      [true, 300, 51],
      [false, 350, 1],
      [false, 350, 1],
    ]);
  });

  it('are looked for until there is one, a hundred a turn of the event loop', async () => {
    const turns: number[] = [];
    const set = read([...broken, ...named]);
    let isOver = false;
    const watch = (): void => {
      turns.push(parsedIn(set));
      if (!isOver) setImmediate(watch);
    };
    watch();
    expect(await set.hasKey(new PassedOver())).toBe(true);
    isOver = true;
    // Half of the fourth hundred are good.
    expect(turns).toEqual(expect.arrayContaining([100, 200, 300]));
    expect(parsedIn(set)).toBe(400);
    expect(await read(broken).hasKey(new PassedOver())).toBe(false);
  });

  it.each([
    ['are of no use', broken, false],
    ['are good', [...broken, ...named], true],
  ])('that %s are found though the set before reads them meanwhile', async (_, keys, hasKey) => {
    const before = read(keys);
    const set = read(keys, before);
    const looking = set.hasKey(new PassedOver());
    await before.all();
    expect(await looking).toBe(hasKey);
  });

  it('stay the same objects when the set is read again, in any order', () => {
    const set = read(named);
    const [key] = set.select(request('k299')).keys;
    const reordered = named.map(({ kid, ...jwk }) => ({ kid, x5c: ['of no matter'], ...jwk }));
    const next = read(reordered.reverse(), set);
    expect(next.equals(set)).toBe(true);
    expect(parsedIn(next)).toBe(200);
    expect(next.select(request('k299')).keys[0]).toBe(key);
    expect(key && next.holds(key)).toBe(true);
    const [other] = read(named).select(request('k299')).keys;
    expect(other && next.holds(other)).toBe(false);
  });

  it.each([
    ['kid', { kid: 'k0' }, { kid: 'other' }],
    ['alg', {}, { alg: 'EdDSA' }],
    ['issuer', {}, { issuer: 'https://a.example' }],
    ['x5t', { x5t: 'a' }, { x5t: 'b' }],
  ])('are others when their %s changes', (_name, old, changed) => {
    const set = read([{ ...JWK, ...old }]);
    const next = read([{ ...JWK, ...changed }], set);
    expect(next.equals(set)).toBe(false);
    const [key] = set.select(request()).keys;
    expect(key && next.holds(key)).toBe(false);
  });

  it('count once, however often they are there', () => {
    const twice = [JWK, { ...JWK, use: 'sig' }, { ...JWK, kid: null }, { ...JWK, kid: 'k' }];
    expect(read(twice).usable.size).toBe(2);
  });
});
