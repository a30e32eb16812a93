import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  NOT_CANONICAL,
  parseUnverifiedToken,
  reparseClaims,
  scratchFor,
} from '../../../../src/core/jwt/unverified-token.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const HEADER = encode('{"alg": "ES256"}');
const CLAIMS = encode('{"iss":"https://login.example.com"}');

function isAccepted(token: string): boolean {
  const parsed = parseUnverifiedToken(token);
  if (!(parsed instanceof Refusal)) return true;
  expect(parsed.code).toBe('token_malformed');
  return false;
}

/** What decodes to bytes that encode to the very same text. */
const hasOneSpelling = (segment: string): boolean =>
  Buffer.from(segment, 'base64url').toString('base64url') === segment;

// RFC 7515 section 7.1.
describe('parseUnverifiedToken takes a segment only in its one spelling', () => {
  const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
  const strays = ['+', '/', '=', '\n', '\0', '~', 'é', 'Ł', '⁠', '𝐀'];

  it.each(characters)('with each character last: %s', (last) => {
    for (const before of ['', 'A', 'AA', 'AAA'])
      expect(isAccepted(`${HEADER}.${CLAIMS}.${before}${last}`)).toBe(
        hasOneSpelling(before + last),
      );
  });

  it.each(strays)('with a character of no alphabet anywhere: %j', (stray) => {
    for (const segment of [`${stray}AAA`, `AA${stray}A`, `AAA${stray}`, stray])
      expect(isAccepted(`${HEADER}.${CLAIMS}.${segment}`)).toBe(false);
  });

  it('with anything', () => {
    const segment = fc.oneof(
      fc.string({ unit: fc.constantFrom(...characters, 'A', 'Q', 'g', 'w') }),
      fc.string({ unit: fc.constantFrom(...characters, ...strays) }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
    );
    fc.assert(
      fc.property(segment, (signature) => {
        expect(isAccepted(`${HEADER}.${CLAIMS}.${signature}`)).toBe(hasOneSpelling(signature));
      }),
      { numRuns: 2_000 },
    );
  });

  it('in header and claims as in the signature', () => {
    const other = (segment: string): string => `${segment.slice(0, -1)}${bitSet(segment.at(-1))}`;
    expect(isAccepted(`${HEADER}.${CLAIMS}.AAAA`)).toBe(true);
    expect(isAccepted(`${other(HEADER)}.${CLAIMS}.AAAA`)).toBe(false);
    expect(isAccepted(`${HEADER}.${other(CLAIMS)}.AAAA`)).toBe(false);
    expect(isAccepted(`${HEADER}=.${CLAIMS}.AAAA`)).toBe(false);
  });

  /** The next character of the alphabet: one unused bit more. */
  const bitSet = (last = ''): string => characters[characters.indexOf(last) + 1] ?? '';
});

type Part = object | string | number | null | Buffer;

const segmentOf = (part: Part): string =>
  (part instanceof Buffer ? part : Buffer.from(JSON.stringify(part))).toString('base64url');
/** With a signature that no hint takes for a word. */
const tokenOf = (header: Part, claims: Part = {}): string =>
  `${segmentOf(header)}.${segmentOf(claims)}.A0AA`;
const padded = (token: string): string =>
  token
    .split('.')
    .map((segment) => segment.padEnd(Math.ceil(segment.length / 4) * 4, '='))
    .join('.');

// RFC 7515 sections 5.2 and 7.1, RFC 7519 section 7.2.
describe('What is wrong with the form of a token', () => {
  const reasonOf = (token: string, mayBePadded = false): unknown => {
    const parsed = parseUnverifiedToken(token, undefined, { mayBePadded });
    if (!(parsed instanceof Refusal)) return 'nothing';
    expect(parsed).toMatchObject({ code: 'token_malformed', check: 'form' });
    return parsed.reason;
  };
  const ES256 = { alg: 'ES256' };

  it.each<[what: string, header: Part, reason: string]>([
    ['"alg" absent', { kid: 'a' }, 'the header has no "alg"'],
    ['"alg" a number', { alg: 256 }, 'the header has no "alg"'],
    ['"kid" a number', { ...ES256, kid: 5 }, '"kid" is not a string'],
    ['"kid" null', { ...ES256, kid: null }, '"kid" is not a string'],
    ['"typ" a list', { ...ES256, typ: ['JWT'] }, '"typ" is not a string'],
    ['"crit"', { ...ES256, crit: [] }, 'the header has a critical extension'],
    ['"b64"', { ...ES256, b64: true }, 'the header has a critical extension'],
  ])('in the header: %s', (_what, header, reason) => {
    expect(reasonOf(tokenOf(header))).toBe(reason);
  });

  it.each<[what: string, part: Part, reason: string]>([
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'is not UTF-8'],
    ['not JSON', Buffer.from('{"s3cret"}'), 'is not JSON'],
    ['nothing', Buffer.alloc(0), 'is not JSON'],
    ['null', null, 'is not a JSON object'],
    ['a number', 5, 'is not a JSON object'],
    ['a string', 's3cret', 'is not a JSON object'],
    ['a list', [], 'is not a JSON object'],
  ])('header and claims set: %s', (_what, part, reason) => {
    expect(reasonOf(tokenOf(part))).toBe(`the header ${reason}`);
    expect(reasonOf(tokenOf(ES256, part))).toBe(`the claims set ${reason}`);
  });

  it.each<[what: string, token: string, reason: string]>([
    ['one segment', 'KBSxkmG-OcpA6-cg', 'an opaque token, not a JWT'],
    ['two segments', 'a.b', 'not three segments'],
    ['four', 'a.b.c.d', 'not three segments'],
    ['five', 'a.b.c.d.e', 'an encrypted token (JWE)'],
    [
      'a second word',
      `${HEADER}.${CLAIMS}.A0AA A0AA`,
      'more than one word where a token should be',
    ],
    ['a sign of no alphabet', `${HEADER}.${CLAIMS}.A+AA`, NOT_CANONICAL],
    ['a header that was cut', `${HEADER.slice(0, -1)}.${CLAIMS}.A0AA`, NOT_CANONICAL],
    ['claims that were cut', `${HEADER}.${CLAIMS.slice(0, -1)}.A0AA`, NOT_CANONICAL],
    ['a signature that was cut', `${HEADER}.${CLAIMS}.A0AAA`, NOT_CANONICAL],
    ['a word for nothing', 'null', 'the word "null" where a token should be'],
  ])('%s', (_what, token, reason) => {
    expect(reasonOf(token)).toContain(reason);
  });

  // RFC 7515 section 2.
  it('padding, unless it may be there, and there whole and right', () => {
    const token = padded(tokenOf({ alg: 'ES256', kid: 'a' }, { sub: 'bob' }));
    expect(token.split('.').filter((segment) => segment.endsWith('='))).toHaveLength(2);
    expect([reasonOf(token), isAccepted(token)]).toEqual([NOT_CANONICAL, false]);
    expect(reasonOf(token, true)).toBe('nothing');
    expect(reasonOf(token.replace('=', ''), true)).toBe(NOT_CANONICAL);
    expect(reasonOf(`${token}====`, true)).toBe(NOT_CANONICAL);
    expect(reasonOf(token.replaceAll('=', ''), true)).toBe('nothing');
  });
});

describe('A token that was taken apart', () => {
  const header = { alg: 'ES256', kid: 'a', typ: 'at+jwt', x: 1 };
  const claims = { iss: 'https://login.example.com', sub: '日本 é 😀' };
  const token = tokenOf(header, claims);

  it('has its header and claims, and what look-ups need, as they were sent', () => {
    expect(parseUnverifiedToken(token)).toEqual({
      ...{ token, header, claims, segment: segmentOf(header) },
      ...{ algorithm: 'ES256', keyId: 'a', type: 'at+jwt', isPadded: false },
    });
  });

  it('has neither key ID nor type where the header has none', () => {
    const parsed = parseUnverifiedToken(tokenOf({ alg: 'ES256' }));
    expect(parsed).toMatchObject({ keyId: undefined, type: null });
  });

  it('is told from one without padding, and kept with it', () => {
    const read = (text: string) => parseUnverifiedToken(text, undefined, { mayBePadded: true });
    expect(padded(token)).not.toBe(token);
    expect(read(padded(token))).toMatchObject({ isPadded: true, token: padded(token), claims });
    expect(read(token)).toMatchObject({ isPadded: false, token, claims });
  });

  it('leaves nothing behind in memory that later tokens share', () => {
    const scratch = scratchFor(token.length);
    const parsed = parseUnverifiedToken(token, scratch);
    const other = tokenOf({ alg: 'RS256' }, { sub: 'bob' });
    expect(parseUnverifiedToken(other, scratch)).toMatchObject({ claims: { sub: 'bob' } });
    expect(parsed).toMatchObject({ header, claims });
  });

  it('gives the same claims when it is read once more', () => {
    expect(reparseClaims(token)).toEqual(claims);
    expect(reparseClaims(padded(token))).toEqual(claims);
  });
});
