import { describe, expect, it } from '@jest/globals';
import {
  slipOf,
  slipOfJson,
  slipOfSegments,
} from '../../../../src/core/refusals/malformed-token.js';

const WORD = 'where a token should be: the client had no token when it sent the request';
const PLACEHOLDER = 'a placeholder where a token should be: the client did not fill it in';
const QUOTES = 'quotes around the token: send it bare, as the authorization server gave it';
const CUT_OFF = 'a token that was cut off to be shown';
const REMOVED =
  'there are words or signs in place of the signature, as in a log from which it was removed';
const JWS =
  'a JWS in its JSON form: an access token is one in the compact form, three segments with dots';
const JWE =
  'an encrypted token (JWE) in its JSON form: an access token here is a signed JWT in the compact form';

describe('The log says what was sent in place of a token', () => {
  it.each<[text: string, slip: string]>([
    ['Undefined', `the word "undefined" ${WORD}`],
    ['null', `the word "null" ${WORD}`],
    ['[object Promise]', `the word "[object …]" ${WORD}`],
    [`[object ${'X'.repeat(31)}]`, `the word "[object …]" ${WORD}`],
    ['${TOKEN}', PLACEHOLDER],
    ['{{access_token}}', PLACEHOLDER],
    ['<token>', PLACEHOLDER],
    ['%TOKEN%', PLACEHOLDER],
    ['$TOKEN', PLACEHOLDER],
    ['your-access-token-here', PLACEHOLDER],
    [`{${'x'.repeat(38)}}`, PLACEHOLDER],
    [`{${'x'.repeat(39)}}`, 'JSON where a token should be'],
    ['"eyJh.eyJz.c2ln', QUOTES],
    ['eyJh.eyJz.c2ln"', QUOTES],
    ['eyJh.eyJz.c2ln%22', QUOTES],
    ['Bearer eyJh.eyJz.c2ln', '"Bearer" twice before the token'],
    ['eyJh.eyJz...', CUT_OFF],
    ['eyJh.eyJz…', CUT_OFF],
    ['eyJh.eyJz.[signature]', REMOVED],
    ['eyJh.eyJz.signature removed', REMOVED],
    [`eyJh.eyJz.${'*'.repeat(40)}`, REMOVED],
    [
      '{"access_token":"eyJh.eyJz.c2ln"}',
      'the whole answer of the token endpoint: send the value of its "access_token"',
    ],
    ['{"payload":"eyJz","signature":"c2ln"}', JWS],
    ['{"payload":"eyJz","signatures":[{}]}', JWS],
    ['{"ciphertext":"eyJz","tag":"dGFn"}', JWE],
    ['{"payload":"eyJz","error":"expired"}', 'JSON where a token should be'],
  ])('%s', (text, slip) => expect(slipOf(text)).toBe(slip));

  it.each<[what: string, text: string]>([
    ['too long for a word', `[object ${'X'.repeat(32)}]`],
    ['a word in a text', 'null and void'],
    ['too long for words in place of a signature', `eyJh.eyJz.${'*'.repeat(41)}`],
    ['signs behind what is no header', 'abc.eyJz.***'],
    ['signs behind two segments', 'eyJh.***'],
    ['signs behind four segments', 'eyJh.eyJz.c2ln.***'],
    ['a brace that is not closed', '{"signature":1'],
    ['a brace that is not opened', 'signature: 1}'],
    ['a good token', 'eyJh.eyJz.c2lnc2lnc2lnc2lnc2ln0'],
  ])('but not of what it does not know: %s', (_what, text) => expect(slipOf(text)).toBeUndefined());

  it('JSON is told by its braces alone', () => {
    for (const text of ['', '{', '}', '{"a":1', '"a":1}', '["a"]'])
      expect(slipOfJson(text)).toBeUndefined();
  });

  it('what has not three segments is told by their number', () => {
    expect(slipOfSegments('opaque')).toMatch(/^an opaque token, not a JWT; did the client name/);
    expect(slipOfSegments('a.b.c.d.e')).toMatch(/^an encrypted token \(JWE\)\. .*With Auth0: did/);
    for (const text of ['a.b', 'a.b.c.d', 'a.b.c.d.e.f'])
      expect(slipOfSegments(text)).toBe('not three segments');
  });
});
