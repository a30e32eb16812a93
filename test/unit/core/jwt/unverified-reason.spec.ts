import { describe, expect, it } from '@jest/globals';
import { markOf, unverifiedReason } from '../../../../src/core/jwt/unverified-reason.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';

const segmentOf = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const tokenWith = (signature: string, header: object = {}): UnverifiedToken =>
  parseUnverifiedToken(
    `${segmentOf({ alg: 'ES256', ...header })}.${segmentOf({})}.${signature}`,
  ) as UnverifiedToken;
const signatureOf = (bytes: number): string => Buffer.alloc(bytes, 0xf7).toString('base64url');

describe('Why a signature does not verify', () => {
  // RFC 7518 section 3, RFC 8032 sections 5.1.6 and 5.2.6.
  it.each([
    ['ES256', 64],
    ['ES384', 96],
    ['ES512', 132],
    ['Ed25519', 64],
    ['Ed448', 114],
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('one of %s that has not %i bytes was cut or written otherwise', (alg, bytes) => {
    const reason = (length: number): string =>
      unverifiedReason(tokenWith(signatureOf(length), { alg }));
    expect(reason(bytes)).toBe('the signature does not verify');
    for (const length of [0, bytes - 1, bytes + 1, bytes + 6])
      expect(reason(length)).toBe(
        `the signature does not verify: it has ${length} bytes, and one of ${alg} has ${bytes}. Was the token cut, or the signature written as DER?`,
      );
  });

  it.each(['RS256', 'PS256', 'EdDSA'])('one of %s has as many bytes as its key says', (alg) => {
    for (const length of [64, 255, 256])
      expect(unverifiedReason(tokenWith(signatureOf(length), { alg }))).toBe(
        'the signature does not verify',
      );
  });

  it('words in its place say more than its length', () => {
    expect(unverifiedReason(tokenWith('REDACTED'))).toBe(
      'the signature does not verify: there are words or signs in place of the signature, as in a log from which it was removed',
    );
  });
});

describe('A token that can’t be verified anywhere', () => {
  const WORDS =
    'there are words or signs in place of the signature, as in a log from which it was removed';
  it.each([
    ['REDACTED', WORDS],
    ['removed_sig-HERE', WORDS],
    ['h'.repeat(40), WORDS],
    ['h'.repeat(44), undefined],
    ['sig1', undefined],
    ['SIGNATURE_REMOVED_BY_GOOGLE', expect.stringContaining('as in logs of Google Cloud')],
    [signatureOf(64), undefined],
  ])('is known by words in place of its signature: %s', (signature, mark) => {
    expect(markOf(tokenWith(signature))).toEqual(mark);
  });

  it('is known by a "nonce" in its header, whatever that is', () => {
    for (const nonce of ['s3cret', '', null])
      expect(markOf(tokenWith(signatureOf(64), { nonce }))).toMatch(
        /^the header has a "nonce", as tokens for Microsoft Graph do/,
      );
    expect(markOf(tokenWith(signatureOf(64), { kid: 'nonce' }))).toBeUndefined();
  });
});
