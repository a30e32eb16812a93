import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readJwkSet } from '../../../../src/core/keys/read-jwk-set.js';
import { edKey } from '../../../support/key-place.js';

const good = edKey({ kid: 'good' });

describe('Of a JWK Set', () => {
  const ignored = (...keys: unknown[]) => String(readJwkSet({ keys })?.passedOver);

  // RFC 7517 section 5.
  it.each([undefined, null, 'text', 7, [], [good], {}, { keys: null }, { keys: { 0: good } }])(
    '%j is none',
    (document) => {
      expect(readJwkSet(document)).toBeUndefined();
    },
  );

  it('one without entries is empty, and nothing is ignored', () => {
    const reading = readJwkSet({ keys: [] });
    expect([reading?.keys.usable.size, reading?.passedOver.isEmpty]).toEqual([0, true]);
  });

  it('entries that can’t be used are ignored, and named by place and reason', () => {
    const reading = readJwkSet({ keys: ['text', good, { kty: 'new' }] });
    expect(reading?.keys.usable.size).toBe(1);
    expect(reading?.passedOver.isEmpty).toBe(false);
    expect(String(reading?.passedOver)).toBe(
      'keys[0]: not an object; keys[2]: not a key this runtime can read',
    );
  });

  it('so are those that only prove useless when they are parsed', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const [broken, weak] = [edKey({ x: 'AA' }), publicKey.export({ format: 'jwk' })];
    const reading = readJwkSet({ keys: [good, broken, weak] });
    expect(reading?.keys.usable.size).toBe(1);
    expect(String(reading?.passedOver)).toBe(
      'keys[1]: not a key this runtime can read; keys[2]: too weak: it is an RSA key of 1024 bits, shorter than the 2048 that RFC 7518 demands',
    );
  });

  it('the first ten are named, the others counted', () => {
    const one = (at: number) => `keys[${at}]: not an object`;
    const ten = Array.from({ length: 10 }, (_, at) => one(at)).join('; ');
    expect(ignored(...Array<null>(10).fill(null))).toBe(ten);
    expect(ignored(...Array<null>(12).fill(null))).toBe(`${ten}; and 2 more`);
  });

  it('more keys than are tried for one token are a matter of the whole set', () => {
    const keys = Array.from({ length: 17 }, () => edKey());
    expect(ignored(null, ...keys)).toBe(
      'keys[0]: not an object; for a token without a kid, keys beyond the first 16 of EdDSA, Ed25519',
    );
    expect(ignored(...keys.slice(1))).toBe('');
  });

  it('an entry that is there twice is taken at its first place', () => {
    const broken = edKey({ x: 'AA' });
    expect(ignored(broken, broken)).toBe('keys[0]: not a key this runtime can read');
  });

  it('the same entry of no use is named again, at its place in the new set, and not parsed again', () => {
    const broken = edKey({ x: 'AA' });
    const before = readJwkSet({ keys: [broken, good] })?.keys;
    const again = readJwkSet({ keys: [good, broken] }, before && { before });
    expect(String(again?.passedOver)).toBe('keys[1]: not a key this runtime can read');
    expect(again?.keys.usable.size).toBe(1);
    expect([...(again?.keys.entries.values() ?? [])]).toEqual(
      [...(before?.entries.values() ?? [])].toReversed(),
    );
  });

  it('what proves useless later is told then, once', () => {
    const told: string[] = [];
    const first = Array.from({ length: 100 }, (_, at) => ({ ...good, kid: `k${at}` }));
    const reading = readJwkSet(
      { keys: [...first, edKey({ kid: 'late', x: 'AA' })] },
      { tell: (useless) => void (useless.isEmpty || told.push(String(useless))) },
    );
    expect([told, String(reading?.passedOver)]).toEqual([
      [],
      'for a token without a kid, keys beyond the first 16 of EdDSA, Ed25519',
    ]);
    const request = { algorithm: 'EdDSA', keyId: 'late', expired: false };
    for (let time = 0; time < 2; time++) expect(reading?.keys.select(request).keys).toEqual([]);
    expect(told).toEqual(['keys[100]: not a key this runtime can read']);
  });
});
