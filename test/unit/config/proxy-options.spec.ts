import { describe, expect, it } from '@jest/globals';
import { faultsOfIssuer } from './faults-of.js';

const HOW =
  'does not say where the "kid" of a token goes. Write {kid} once, as a segment of the path: "https://keys.example.com/{kid}".';

function faultOf(changes: object): string | undefined {
  const faults = faultsOfIssuer(changes);
  expect(faults.length).toBeLessThan(2);
  return faults[0];
}

describe('keys.publicKeyUri', () => {
  it.each([
    'https://keys.example.com/{kid}',
    'https://keys.example.com/a/b/{kid}.pem?version=1',
    'http://localhost:3000/{kid}',
  ])('%p is one', (publicKeyUri) => {
    expect(faultOf({ keys: { publicKeyUri } })).toBeUndefined();
  });

  it.each([
    'https://keys.example.com/',
    'https://{kid}.example.com/',
    'https://keys.example.com/{kid}/{kid}',
    'https://keys.example.com/?kid={kid}',
    'https://keys.example.com/#{kid}',
    'https://keys.example.com/key-{kid}',
    'https://keys.example.com{kid}',
    '{kid}',
  ])('%p is none', (publicKeyUri) => {
    expect(faultOf({ keys: { publicKeyUri } })).toMatch(/^issuers\[0\]\.keys\.publicKeyUri: /);
    expect(faultOf({ keys: { publicKeyUri } })).toContain(HOW);
  });

  it('is secure, or meant', () => {
    const publicKeyUri = 'http://keys.example.com/{kid}';
    expect(faultOf({ keys: { publicKeyUri } })).toContain('is an http: address beyond loopback');
    expect(faultOf({ keys: { publicKeyUri }, http: { allowInsecure: true } })).toBeUndefined();
  });

  it('is one address, without credentials', () => {
    expect(faultOf({ keys: { publicKeyUri: ['https://keys.example.com/{kid}'] } })).toContain(
      'a list is not a string',
    );
    expect(faultOf({ keys: { publicKeyUri: 'https://a:b@keys.example.com/{kid}' } })).toContain(
      'holds credentials',
    );
  });
});

describe('requiredHeader', () => {
  // RFC 7515 section 4.3.
  it('names members that have no option of their own', () => {
    expect(faultOf({ requiredHeader: { signer: 'a', client: ['b', 'c'] } })).toBeUndefined();
    expect(faultOf({ requiredHeader: { alg: 'ES256' } })).toBe(
      'issuers[0].requiredHeader.alg: is not for this option. Name it in algorithms.',
    );
    expect(faultOf({ requiredHeader: { typ: 'JWT' } })).toContain('Name it in tokenTypes.');
    expect(faultOf({ requiredHeader: { crit: 'x' } })).toContain('always refused');
  });

  it.each([
    [['signer'], 'a list is not an object.'],
    ['signer', 'a string is not an object.'],
    [{}, 'it is empty.'],
  ])('%j is none', (requiredHeader, message) => {
    expect(faultOf({ requiredHeader })).toContain(`issuers[0].requiredHeader: ${message}`);
  });

  it.each([
    [[], 'the list is empty. No token could be accepted: name a value.'],
    ['', '"" is empty.'],
    [undefined, 'undefined is not a string.'],
    [7, '7 is not a string.'],
    [['a', ''], '"" is empty.'],
    [/a/, 'a regular expression is not a string.'],
  ])('takes no %p for a value', (value, message) => {
    expect(faultOf({ requiredHeader: { signer: value } })).toContain(message);
  });

  it('narrows enough to go without an audience', () => {
    expect(faultOf({ audience: null, requiredHeader: { signer: 'a' } })).toBeUndefined();
  });
});

describe('allowPadding', () => {
  it('is true or false', () => {
    expect(faultOf({ allowPadding: true })).toBeUndefined();
    expect(faultOf({ allowPadding: 'yes' })).toContain('issuers[0].allowPadding: ');
  });
});
