import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readJwkSet } from '../../../../src/core/keys/read-jwk-set.js';
import { KeySet, untried } from '../../../../src/core/keys/key-set.js';
import type { KeyRequest } from '../../../../src/core/keys/key-source.js';
import { PassedOver } from '../../../../src/core/keys/passed-over.js';
import { edKey } from '../../../support/key-place.js';

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

  it('are all given, a hundred parsed a turn, and those of no use are told once', async () => {
    const told: string[] = [];
    const keys = [...named.slice(0, 100), ...broken, { ...JWK, kid: 'last' }];
    const reading = readJwkSet({ keys }, { tell: (useless) => void told.push(String(useless)) });
    const set = reading?.keys as KeySet;
    const all = set.all();
    expect(parsedIn(set)).toBe(200);
    expect(await all).toHaveLength(101);
    expect([parsedIn(set), set.usable.size]).toEqual([451, 101]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^keys\[100\]: not a key .*; and 340 more$/);
    expect((await set.all()).at(-1)).toMatchObject({ keyId: 'last' });
    expect(told.slice(1)).toEqual(['']);
  });

  it('that a set before found useless are not looked at again', () => {
    const few = broken.slice(0, 3);
    expect(read([...few, JWK], read(few)).usable.size).toBe(1);
  });

  it('that were parsed before do not count among the hundred that one token has parsed', () => {
    const [last, ...ten] = Array.from({ length: 11 }, () => edKey({ kid: 'k' })) as [object];
    const hundred = broken.slice(0, 100).map((key) => ({ ...key, kid: 'k' }));
    const before = read([...ten, last]);
    const set = read([...named.slice(0, 100), ...ten, ...hundred, last], before);
    expect(set.select(request('k'))).toEqual({
      keys: before.select(request('k')).keys,
      isPartial: false,
    });
  });

  it('are another set when one of them is replaced, added or removed', () => {
    const [a, b, c] = named as [object, object, object];
    const set = read([a, b]);
    expect(set.equals(read([b, a]))).toBe(true);
    for (const other of [[a, c], [a], [a, b, c]]) {
      expect(set.equals(read(other))).toBe(false);
      expect(read(other).equals(set)).toBe(false);
    }
  });
});

describe('Which keys of a set fit a token', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const idsOf = (set: KeySet, wanted: Partial<KeyRequest>) =>
    set
      .select({ ...request(), ...wanted })
      .keys.map(({ keyId, thumbprints = [] }) => [keyId ?? 'none', ...thumbprints].join(' '));

  it('the one of its kid, alone where every key has a name', () => {
    const set = read([edKey({ kid: 'a' }), edKey({ kid: 'b' })]);
    expect(idsOf(set, { keyId: 'b' })).toEqual(['b']);
    expect(idsOf(set, { keyId: 'c' })).toEqual([]);
    expect(set.select(request('b')).isPartial).toBe(false);
  });

  it('all of its kid, and then those without one', () => {
    const set = read([edKey(), edKey({ kid: 'a' }), edKey({ kid: 'b' }), edKey({ kid: 'b' })]);
    expect(idsOf(set, { keyId: 'b' })).toEqual(['b', 'b', 'none']);
    expect(idsOf(set, { keyId: 'a' })).toEqual(['a', 'none']);
  });

  // RFC 7515 section 4.1.4.
  it('all of them in their order, where it has no kid', () => {
    const set = read([edKey({ kid: 'a' }), edKey(), edKey({ kid: 'b' })]);
    expect(idsOf(set, {})).toEqual(['a', 'none', 'b']);
  });

  it('none of another algorithm, whatever its name', () => {
    const set = read([{ ...ec, kid: 'k' }, edKey({ kid: 'k' }), ec, { ...ec, kid: 'ec' }]);
    expect(idsOf(set, { keyId: 'k' })).toEqual(['k']);
    expect(idsOf(set, { keyId: 'ec' })).toEqual([]);
    expect(idsOf(set, { algorithm: 'RS256', keyId: 'k' })).toEqual([]);
    const alone = read([{ ...ec, kid: 'ec' }]);
    expect(idsOf(alone, { keyId: 'ec' })).toEqual([]);
    expect(idsOf(alone, { algorithm: 'ES256', keyId: 'ec' })).toEqual(['ec']);
    // Not read yet.
    const late = read([...named.slice(0, 100), { ...ec, kid: 'ec' }]);
    expect(idsOf(late, { keyId: 'ec' })).toEqual([]);
  });

  it('says itself what it may verify, narrowed by its own alg', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const set = read([{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS512' }]);
    expect(idsOf(set, { algorithm: 'RS256', keyId: 'k' })).toEqual([]);
    const { keys } = set.select({ algorithm: 'RS512', keyId: 'k', expired: false });
    expect(keys).toMatchObject([{ algorithms: ['RS512'] }]);
  });

  // RFC 7515 sections 4.1.7 and 4.1.8.
  it('those of its certificate first, within its kid and among those without one', () => {
    const set = read([
      ...[edKey(), edKey({ x5t: 'c' }), edKey({ kid: 'b', x5t: 'c' })],
      ...[edKey({ kid: 'a' }), edKey({ kid: 'a', x5t: 'c' })],
    ]);
    const thumbprints = [undefined, 'c'];
    expect(idsOf(set, { keyId: 'a', thumbprints })).toEqual(['a c', 'a', 'none c', 'none']);
    expect(idsOf(set, { thumbprints })).toEqual(['none c', 'b c', 'a c', 'none', 'a']);
    expect(idsOf(set, { keyId: 'a', thumbprints: ['d'] })).toEqual(['a', 'a c', 'none', 'none c']);
  });

  it('those that name another issuer last', () => {
    const set = read([
      ...[edKey({ issuer: 'https://b.example' }), edKey({ kid: 'a', issuer: 'https://b.example' })],
      ...[edKey(), edKey({ kid: 'a' })],
    ]);
    const others = { keyId: 'a', issuer: 'https://a.example' };
    const issuers = set.select({ ...request(), ...others }).keys.map((key) => key.issuer);
    expect(issuers).toEqual([undefined, undefined, 'https://b.example', 'https://b.example']);
    expect(idsOf(set, others)).toEqual(['a', 'none', 'a', 'none']);
  });

  it('one more than the 16 that are tried', () => {
    const set = read(Array.from({ length: 20 }, () => edKey({ kid: 'k' })));
    expect(set.select(request('k'))).toMatchObject({ keys: { length: 17 }, isPartial: false });
  });

  it('a name alone is not a key: its algorithm must fit', () => {
    const set = read([{ ...ec, kid: 'k' }, edKey()]);
    const names = (algorithm: string, keyId?: string) =>
      set.names({ algorithm, keyId, expired: false });
    expect([names('ES256', 'k'), names('EdDSA', 'k'), names('EdDSA')]).toEqual([
      ...[true, false, false],
    ]);
  });

  it('where none does, the algorithms of its name and of the first five are offered', () => {
    const set = read([
      ...named,
      { ...ec, kid: 'ec' },
      ...named.map((key) => ({ ...key, kid: 'ec' })),
    ]);
    const both = ['EdDSA', 'Ed25519'];
    const five = Array.from({ length: 5 }, () => both).flat();
    expect(set.offer({ algorithm: 'RS256', keyId: 'ec', expired: false })).toEqual({
      algorithmsOfNamed: ['ES256', ...both],
      hasAlgorithm: false,
      algorithms: five,
    });
    expect(set.offer({ algorithm: 'ES256', keyId: undefined, expired: false })).toEqual({
      algorithmsOfNamed: [],
      hasAlgorithm: true,
      algorithms: five,
    });
  });

  it('those of the configuration as those of a set', () => {
    const [key] = read([{ ...JWK, kid: 'k', x5t: 'c' }]).select(request('k')).keys;
    const nameless = { ...read([JWK]).select(request()).keys[0], thumbprints: undefined };
    const set = KeySet.of([key, nameless] as never);
    expect(set.select(request('k')).keys).toEqual([key, nameless]);
    expect(set.select(request('k')).keys[0]).toBe(key);
    expect(idsOf(set, { thumbprints: ['c'] })).toEqual(['k c', 'none']);
    expect(key && set.holds(key)).toBe(true);
    expect(set.usable.size).toBe(2);
  });
});

describe('The keys of a choice that were not tried', () => {
  const [a, b] = read([edKey({ kid: 'a' }), edKey({ kid: 'b' })]).select(request()).keys as never[];

  it.each([true, false])('are given (there may be more: %j)', (isPartial) => {
    expect(untried({ keys: [a, b] as never[], isPartial })).toEqual([a, b]);
    expect(untried({ keys: [a, b] as never[], isPartial }, [a] as never[])).toEqual([b]);
  });

  it('are none where no other fits', () => {
    expect(untried({ keys: [a] as never[], isPartial: false }, [a] as never[])).toEqual([]);
    expect(untried({ keys: [], isPartial: false })).toEqual([]);
  });

  it('are not known where none is left, and not every key was parsed: 503, soon over', () => {
    for (const choice of [[], [a]])
      expect(() => untried({ keys: choice as never[], isPartial: true }, [a] as never[])).toThrow(
        expect.objectContaining({
          code: 'keys_unavailable',
          check: 'key',
          reason: 'more keys may fit than are read for one token',
          retryAfterSeconds: 1,
        }),
      );
  });
});
