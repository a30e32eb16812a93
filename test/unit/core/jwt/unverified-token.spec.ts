import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseUnverifiedToken } from '../../../../src/core/jwt/unverified-token.js';
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
