import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  algorithmsOf,
  keyObjectFault,
  runtimeSupports,
  weaknessOf,
} from '../../../../src/core/jose/key-algorithms.js';
import { PAIRS, WEAK_JWKS } from '../../config/key-material.js';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

// RFC 7518 sections 3.1 and 6.2.1.1.
describe('algorithmsOf', () => {
  it.each<readonly [name: keyof typeof PAIRS, algorithms: readonly string[]]>([
    ['rsa', RSA],
    ['shortRsa', []],
    ['pss', ['PS256', 'PS384', 'PS512']],
    ['shortPss', []],
    ['p256', ['ES256']],
    ['p384', ['ES384']],
    ['p521', ['ES512']],
    ['secp256k1', []],
    ['ed25519', ['EdDSA', 'Ed25519']],
    ['ed448', ['EdDSA', 'Ed448']],
    ['x25519', []],
    ['dsa', []],
  ])('names the algorithms of %s', (name, algorithms) => {
    expect(algorithmsOf(PAIRS[name].publicKey)).toEqual(algorithms);
    expect(algorithmsOf(PAIRS[name].privateKey)).toEqual(algorithms);
  });

  it('an RSA-PSS key bound to a hash', () => {
    const options = { modulusLength: 2048, hashAlgorithm: 'sha384', mgf1HashAlgorithm: 'sha384' };
    const { publicKey } = generateKeyPairSync('rsa-pss', options);
    expect(algorithmsOf(publicKey)).toEqual(['PS384']);
  });

  it.each([
    [31, []],
    [32, ['HS256']],
    [47, ['HS256']],
    [48, ['HS256', 'HS384']],
    [63, ['HS256', 'HS384']],
    [64, ['HS256', 'HS384', 'HS512']],
  ])('a secret of %i bytes', (bytes, algorithms) => {
    expect(algorithmsOf(createSecretKey(Buffer.alloc(bytes)))).toEqual(algorithms);
  });

  it.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])('%s, by the name of the key type', (name) => {
    const key = { type: 'public', asymmetricKeyType: name.toLowerCase() } as unknown as KeyObject;
    expect(algorithmsOf(key)).toEqual([name]);
    if (runtimeSupports(name)) {
      const { publicKey } = generateKeyPairSync(name.toLowerCase() as 'ed25519');
      expect(algorithmsOf(publicKey)).toEqual([name]);
    }
  });
});

it('runtimeSupports every algorithm but, perhaps, ML-DSA', () => {
  expect([...RSA, 'ES256', 'EdDSA', 'Ed25519'].every(runtimeSupports)).toBe(true);
});

it('weaknessOf speaks of what could else be used', () => {
  const weak = Object.values(PAIRS).filter(({ publicKey }) => weaknessOf(publicKey) !== undefined);
  expect(weak).toEqual([PAIRS.shortRsa, PAIRS.shortPss]);
});

// RFC 7518 section 6.3.1, RFC 8725 section 3.4.
describe('keys that prove nothing', () => {
  it.each(Object.entries(WEAK_JWKS))('%s: no algorithm, and why', (_name, { jwk, why }) => {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    expect(algorithmsOf(key)).toEqual([]);
    expect(weaknessOf(key)).toContain(why);
    expect(keyObjectFault(key)).toBe(weaknessOf(key));
  });

  it('a public exponent of 3 is not weak', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    expect(algorithmsOf(publicKey)).toEqual(RSA);
  });
});

it('keyObjectFault accepts what can verify', () => {
  const { rsa, pss, p256, p384, p521, ed25519, ed448 } = PAIRS;
  for (const { publicKey } of [rsa, pss, p256, p384, p521, ed25519, ed448]) {
    expect(keyObjectFault(publicKey)).toBeUndefined();
  }
  expect(keyObjectFault(PAIRS.x25519.publicKey)).toBe(
    'is of the kind x25519, which no accepted algorithm can use',
  );
});
