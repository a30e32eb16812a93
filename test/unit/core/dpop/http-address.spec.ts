import { describe, expect, it } from '@jest/globals';
import {
  differingParts,
  hasDotSegment,
  readHttpAddress,
} from '../../../../src/core/dpop/http-address.js';
import { PublicAddress } from '../../../../src/core/dpop/public-address.js';

function differences(one: string, other: string): readonly string[] | undefined {
  const [first, second] = [one, other].map(readHttpAddress);
  return first && second && differingParts(first, second);
}

describe('addresses of proofs', () => {
  // RFC 3986 section 6.2.2.
  it.each([
    ['https://api.example.com/notes', 'HTTPS://API.Example.COM/notes'],
    ['https://api.example.com/~a', 'https://api.example.com/%7Ea'],
    ['https://api.example.com/a%2fb', 'https://api.example.com/a%2Fb'],
    ['https://api.example.com/%61%2D', 'https://api.example.com/a-'],
  ])('%s is %s', (one, other) => {
    expect(differences(one, other)).toEqual([]);
  });

  // RFC 3986 section 6.2.3.
  it.each([
    ['https://api.example.com', 'https://api.example.com/'],
    ['https://api.example.com:443/notes', 'https://api.example.com/notes'],
    ['https://api.example.com:/notes', 'https://api.example.com/notes'],
    ['http://127.0.0.1:80/', 'http://127.0.0.1'],
    ['https://[::1]:443/a', 'https://[::1]/a'],
  ])('%s is %s', (one, other) => {
    expect(differences(one, other)).toEqual([]);
  });

  // RFC 9449 section 4.3.
  it('leaves out query and fragment', () => {
    expect(differences('https://a.example/b?c=/d#e', 'https://a.example/b')).toEqual([]);
    expect(differences('https://a.example?c', 'https://a.example/')).toEqual([]);
    expect(differences('https://a.example#c', 'https://a.example/')).toEqual([]);
  });

  it.each([
    ['http://a.example/b', ['scheme', 'port']],
    ['https://b.example/b', ['host']],
    ['https://a.example:8443/b', ['port']],
    ['https://a.example/B', ['path']],
    ['https://a.example/b/', ['path']],
    ['https://a.example/x/../b', ['path']],
    ['https://a.example/%2e/b', ['path']],
    ['https://a.example//b', ['path']],
    ['https://a.example/b%2Fc', ['path']],
  ])('%s differs from https://a.example/b in its %s', (other, parts) => {
    expect(differences('https://a.example/b', other)).toEqual(parts);
  });

  it.each([
    '',
    '/notes',
    'a.example/b',
    'https:a.example/b',
    'https:///b',
    'https://',
    'https://user@a.example/b',
    'https://a.example@b.example/',
    'https://a.example:44x/b',
    'https://a.example\\b',
    'https://[::1/b',
  ])('takes %p for no address, or for another', (text) => {
    const address = readHttpAddress(text);
    expect(address?.host === 'a.example' && address.path === '/b').toBe(false);
  });

  it('is quick with the longest text', () => {
    for (const text of [
      `https://${'a'.repeat(12_000)}`,
      `${'a'.repeat(12_000)}:`,
      `https://${'%41'.repeat(4_000)}/`,
    ])
      expect(differences(text, 'https://a.example/')).not.toEqual([]);
  });

  it.each([
    ['/a/./b', true],
    ['/a/..', true],
    ['/..', true],
    ['/.', true],
    ['/a/.b/..c/...', false],
    ['/a.b', false],
  ])('%s has a dot segment: %s', (path, expected) => {
    expect(hasDotSegment(path)).toBe(expected);
  });
});

describe('the public address of a request', () => {
  const api = new PublicAddress('https://api.example.com');

  it.each([
    ['/notes?q=1', 'https://api.example.com/notes'],
    ['/', 'https://api.example.com/'],
    ['/%7ea%2fb', 'https://api.example.com/~a%2Fb'],
    // A path that begins with two slashes names no other host.
    ['//evil.example/notes', 'https://api.example.com//evil.example/notes'],
    // RFC 9112 section 3.2.2, the absolute form: of its host nothing counts.
    ['http://evil.example/notes?q', 'https://api.example.com/notes'],
    ['http://evil.example', 'https://api.example.com/'],
    ['/notes?next=/a/../b', 'https://api.example.com/notes'],
  ])('of %s is %s', (target, address) => {
    expect(api.addressOf(target)).toBe(address);
  });

  it.each(['*', 'evil.example:443', '', '/a/../b', '/a/%2e%2E/b', '/a/.%2e', '/.'])(
    'of %p there is none',
    (target) => {
      expect(api.addressOf(target)).toBeUndefined();
    },
  );

  it.each([
    ['/notes', 'https://api.example.com/api/notes'],
    ['/', 'https://api.example.com/api/'],
    ['/inner', 'https://api.example.com/outer'],
    ['/inner/', 'https://api.example.com/outer/'],
    ['/inner/deep/x', 'https://api.example.com/d/x'],
    ['/innermost', 'https://api.example.com/api/innermost'],
  ])('behind a gateway that rewrites, %s is %s', (target, address) => {
    const paths = [
      { from: '/', to: '/api' },
      { from: '/inner/', to: '/outer/' },
      { from: '/inner/deep', to: '/d' },
    ];
    expect(new PublicAddress('https://api.example.com', paths).addressOf(target)).toBe(address);
  });

  it('a gateway may put something in front as well', () => {
    const inner = new PublicAddress('https://a.example', [{ from: '/internal', to: '/' }]);
    expect(inner.addressOf('/internal/notes')).toBe('https://a.example/notes');
    expect(inner.addressOf('/internal')).toBe('https://a.example/');
  });
});
