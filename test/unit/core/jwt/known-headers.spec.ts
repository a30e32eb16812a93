import { describe, expect, it } from '@jest/globals';
import { KnownHeaders } from '../../../../src/core/jwt/known-headers.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (header: object, claims: object = {}): string =>
  `${encode({ alg: 'ES256', ...header })}.${encode(claims)}.AAAA`;
const parsed = (token: string): UnverifiedToken => parseUnverifiedToken(token) as UnverifiedToken;

describe('KnownHeaders', () => {
  it('has the header of another token with the very same first segment', () => {
    const known = new KnownHeaders();
    const first = parsed(tokenOf({ kid: 'a' }, { sub: 'alice' }));
    known.remember(first);
    const second = tokenOf({ kid: 'a' }, { sub: 'bob' });
    const read = parseUnverifiedToken(second, undefined, {
      known: known.find(second),
    }) as UnverifiedToken;
    expect(read).toEqual(parsed(second));
    expect(read.header).toBe(first.header);
  });

  it.each(['', '.', 'abc', 'a.b.c', tokenOf({ kid: 'b' }), tokenOf({ kid: 'a', typ: 'JWT' })])(
    'has none for what does not begin with it: %j',
    (text) => {
      const known = new KnownHeaders();
      known.remember(parsed(tokenOf({ kid: 'a' })));
      expect(known.find(text)).toBeUndefined();
    },
  );

  it('has none for a header with one character more and no dot', () => {
    const known = new KnownHeaders();
    const token = tokenOf({ kid: 'a' });
    known.remember(parsed(token));
    expect(known.find(`${token.slice(0, token.indexOf('.'))}x`)).toBeUndefined();
  });

  it('keeps headers of up to 512 characters, and none that is longer', () => {
    const known = new KnownHeaders();
    const lengths = new Map<number, boolean>();
    for (let length = 350; length < 400; length++) {
      const token = tokenOf({ kid: 'k'.repeat(length) });
      known.remember(parsed(token));
      lengths.set(token.indexOf('.'), known.find(token) !== undefined);
    }
    const kept = [...lengths].filter(([, isKept]) => isKept).map(([length]) => length);
    const left = [...lengths].filter(([, isKept]) => !isKept).map(([length]) => length);
    expect([Math.max(...kept), Math.min(...left)]).toEqual([512, 514]);
  });

  it('keeps 64 headers at most, and starts over with the next', () => {
    const known = new KnownHeaders();
    const tokens = Array.from({ length: 65 }, (_, index) => tokenOf({ kid: String(index) }));
    for (const token of tokens.slice(0, 64)) known.remember(parsed(token));
    expect(tokens.filter((token) => known.find(token))).toHaveLength(64);
    known.remember(parsed(tokens[0] as string));
    expect(tokens.filter((token) => known.find(token))).toHaveLength(64);
    known.remember(parsed(tokens[64] as string));
    expect(tokens.filter((token) => known.find(token))).toEqual([tokens[64]]);
  });
});
