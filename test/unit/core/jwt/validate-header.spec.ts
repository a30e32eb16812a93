import { describe, expect, it } from '@jest/globals';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import type { TrustedIssuer } from '../../../../src/core/issuers/trusted-issuer.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';
import { validateHeader } from '../../../../src/core/jwt/validate-header.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';

/** Parsed as for an issuer that may pad. */
function parsed(header: object, { isPadded = false } = {}): UnverifiedToken {
  const segments = [JSON.stringify({ alg: 'ES256', ...header }), '{}', 'sign'].map((text) => {
    const segment = Buffer.from(text).toString('base64url');
    return isPadded ? segment.padEnd(Math.ceil(segment.length / 4) * 4, '=') : segment;
  });
  const text = segments.join('.');
  const token = parseUnverifiedToken(text, undefined, { mayBePadded: true });
  if (token instanceof Refusal) throw token;
  return token;
}

function judged(token: UnverifiedToken, config: object = {}): Refusal | undefined {
  const policy = resolveTrustedIssuer({ issuer: 'https://i', audience: 'a', ...config }, undefined);
  return validateHeader(token, { policy } as TrustedIssuer);
}

describe('A header, before a key is looked for', () => {
  it.each<[header: object, config: object, refusal: object]>([
    [{ alg: 'HS256' }, {}, { code: 'signature_invalid', check: 'alg' }],
    [{ typ: 'dpop+jwt' }, {}, { code: 'claims_invalid', check: 'typ' }],
    [{ typ: 'JOSE' }, {}, { code: 'claims_invalid', check: 'typ' }],
    [{}, { tokenTypes: ['at+jwt'] }, { code: 'claims_invalid', check: 'typ' }],
  ])('%j %j', (header, config, refusal) =>
    expect(judged(parsed(header), config)).toMatchObject(refusal),
  );

  it.each([{}, { typ: 'JWT' }, { typ: 'at+jwt' }, { typ: 'application/at+jwt' }])(
    '%j is good',
    (header) => expect(judged(parsed(header))).toBeUndefined(),
  );

  // RFC 7515 section 2.
  it('padding', () => {
    expect(judged(parsed({}, { isPadded: true }))).toMatchObject({
      code: 'token_malformed',
      check: 'form',
    });
    expect(judged(parsed({}, { isPadded: true }), { allowPadding: true })).toBeUndefined();
  });

  it.each<[alg: string, more: object, hint: string]>([
    ['RS256', {}, ''],
    ['none', {}, ': the token is not signed'],
    ['RSA-OAEP', { enc: 'A256GCM' }, ': the token is encrypted (JWE)'],
    ['HS256', {}, ': the token is signed with a shared secret, which only keys.secret verifies'],
  ])('%s %j', (alg, more, hint) =>
    expect(judged(parsed({ alg, ...more }), { algorithms: ['ES256', 'ES384'] })).toMatchObject({
      reason: `"alg" is not one of the algorithms (ES256, ES384)${hint}`,
    }),
  );

  it.each<[header: object, what: string]>([
    [{}, 'absent'],
    [{ signer: 'other' }, 'another'],
    [{ signer: 5 }, 'a number'],
    [{ signer: ['one'] }, 'a list'],
  ])('requiredHeader, of %j', (header, what) =>
    expect(judged(parsed(header), { requiredHeader: { signer: ['one', 'two'] } })).toMatchObject({
      code: 'claims_invalid',
      check: 'header',
      claim: 'signer',
      reason: `"signer" of the header is not as configured: it is ${what}; expected: "one", "two"`,
    }),
  );

  it('requiredHeader: one of its values is good, what the prototype has is not', () => {
    const signer = { requiredHeader: { signer: ['one', 'two'] } };
    expect(judged(parsed({ signer: 'two' }), signer)).toBeUndefined();
    const inherited = { requiredHeader: { constructor: 'Object' } };
    expect(judged(parsed({}), inherited)).toMatchObject({ claim: 'constructor' });
  });
});
