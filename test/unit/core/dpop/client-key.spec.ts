import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { type ClientKey, readClientKey } from '../../../../src/core/dpop/client-key.js';
import { jwkThumbprint } from '../../../../src/core/jose/jwk-members.js';

function keyPair(
  type: 'EC' | 'Ed25519' | 'RSA',
  bits = 2_048,
): { publicJwk: JsonWebKey; privateJwk: JsonWebKey } {
  const pair =
    type === 'EC'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : type === 'RSA'
        ? generateKeyPairSync('rsa', { modulusLength: bits })
        : generateKeyPairSync('ed25519');
  return {
    publicJwk: pair.publicKey.export({ format: 'jwk' }),
    privateJwk: pair.privateKey.export({ format: 'jwk' }),
  };
}

describe('the key of a proof', () => {
  // RFC 7638 section 3.1.
  it('has the thumbprint of the RFC’s example', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const jwk = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' };
    expect(jwkThumbprint(jwk)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  // RFC 9449 section 6.1.
  it('has the thumbprint of the token in the RFC’s example', () => {
    const jwk = {
      kty: 'EC',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
      crv: 'P-256',
    };
    const key = readClientKey(jwk) as ClientKey;
    expect(key.thumbprint).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
    expect(key.algorithms).toEqual(['ES256']);
  });

  it('may carry members that say nothing, as WebCrypto writes them', () => {
    const { publicJwk } = keyPair('EC');
    expect(readClientKey({ ...publicJwk, ext: true, key_ops: ['verify'], kid: 'x' })).toMatchObject(
      {
        thumbprint: jwkThumbprint(publicJwk),
      },
    );
  });

  // RFC 9449 section 4.3.
  it.each(['EC', 'Ed25519', 'RSA'] as const)('is no private one: %s', (type) => {
    expect(readClientKey(keyPair(type).privateJwk)).toMatch(/private/);
  });

  it('is no symmetric one', () => {
    expect(readClientKey({ kty: 'oct', k: 'AAAA' })).toMatch(/secret key/);
  });

  // RFC 7518 section 3.3.
  it('is no RSA key that is too short or too long', () => {
    expect(readClientKey(keyPair('RSA', 512).publicJwk)).toMatch(/512 bits/);
    const { e = '' } = keyPair('RSA').publicJwk;
    for (const bits of [4_104, 16_384, 200_000]) {
      const n = Buffer.alloc(bits / 8, 0xfb).toString('base64url');
      expect(readClientKey({ kty: 'RSA', n, e })).toBe('is an RSA key of more than 4096 bits');
    }
    const n = Buffer.alloc(256, 0xfb).toString('base64url');
    expect(readClientKey({ kty: 'RSA', n, e: 'AQ' })).toMatch(/exponent/);
  });

  it('is no point of small order', () => {
    const x = Buffer.alloc(32).fill(1, 0, 1).toString('base64url');
    expect(readClientKey({ kty: 'OKP', crv: 'Ed25519', x })).toMatch(/small order/);
  });

  it.each([
    ['absent', undefined],
    ['not an object', 'text'],
    ['not an object', null],
    ['not an object', [keyPair('EC').publicJwk]],
    ['of no kind', {}],
    ['for encryption', { ...keyPair('EC').publicJwk, use: 'enc' }],
    ['on no curve that signs', { kty: 'OKP', crv: 'X25519', x: 'AAAA' }],
    ['off its curve', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }],
    ['spelt otherwise', { ...keyPair('EC').publicJwk, x: `${keyPair('EC').publicJwk.x}=` }],
    ['of numbers', { kty: 'EC', crv: 'P-256', x: 1, y: 2 }],
  ])('is none when it is %s', (_what, jwk) => {
    expect(typeof readClientKey(jwk)).toBe('string');
  });
});
