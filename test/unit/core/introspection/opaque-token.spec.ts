import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isJws, mayBeOpaque } from '../../../../src/core/introspection/opaque-token.js';
import { parseUnverifiedToken } from '../../../../src/core/jwt/unverified-token.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';

const segment = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

describe('An opaque token', () => {
  it('is none that can be parsed as a JWS, whatever is in it', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), fc.string(), (header, claims, signature) => {
        const token = [
          segment({ ...header, alg: 'ES256' }),
          segment(claims),
          Buffer.from(signature).toString('base64url'),
        ].join('.');
        expect(isJws(token)).toBe(true);
      }),
    );
  });

  it('what the parser takes for a JWS is never one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!(parseUnverifiedToken(text) instanceof Refusal)) expect(isJws(text)).toBe(true);
      }),
    );
  });

  it.each(['', '.', '..', '...', 'a', 'a.b', 'a.b.c.d', '.b.c', 'bnVsbA.b.c', 'MQ.b.c', 'W10.b.c'])(
    'is not taken for a JWS: "%s"',
    (text) => {
      expect(isJws(text)).toBe(false);
    },
  );

  it('has the characters of a token, and is no word for nothing', () => {
    for (const token of ['a', 'A-._~+/9==', 'nullable', 'undefined1', 'x'.repeat(16_384)])
      expect(mayBeOpaque(token)).toBe(true);
    for (const text of [
      '',
      '=',
      'a=b',
      'null',
      'undefined',
      'NULL',
      'a b',
      'a\n',
      '"a"',
      'ä',
      'a,b',
    ])
      expect(mayBeOpaque(text)).toBe(false);
  });
});
