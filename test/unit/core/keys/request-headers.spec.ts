import { describe, expect, it } from '@jest/globals';
import { requestHeaders } from '../../../../src/core/keys/request-headers.js';

const ACCEPT = 'application/json, application/jwk-set+json;q=0.9, */*;q=0.1';
const URL = 'https://keys.example/jwks';
const of = (configured: unknown) => requestHeaders(URL, configured as never);

describe('The headers of a request for keys', () => {
  it('are what is accepted, where none are configured', async () => {
    expect(await of(undefined)).toEqual({ accept: ACCEPT });
    expect(await of(() => undefined)).toEqual({ accept: ACCEPT });
    expect(await of(Object.create(null))).toEqual({ accept: ACCEPT });
  });

  it('have names in lower case, and values without white space around them', async () => {
    expect(await of({ 'X-Key': ' a b\t\n', ACCEPT: 'a/b' })).toEqual({
      accept: 'a/b',
      'x-key': 'a b',
    });
  });

  it('may come from a function, which is told the address', async () => {
    const asked: string[] = [];
    const headers = await of(async (url: string) => {
      asked.push(url);
      return { 'x-key': 'k' };
    });
    expect([headers['x-key'], asked]).toEqual(['k', [URL]]);
  });

  it('take every character that can be sent', async () => {
    const value = 'a\tb \u007e\u0080\u00ff';
    expect((await of({ a: value }))['a']).toBe(value);
    expect((await of({ a: '' }))['a']).toBe('');
  });

  it.each(['a\r\nb: c', 'a\nb', '\0a', 'a\u007f', 'ā', 7, null, ['a']])(
    'can’t have the value %j, which no message repeats',
    async (value) => {
      await expect(of({ a: value })).rejects.toThrow(
        new Error('http.headers returned a value that is not allowed in a header'),
      );
    },
  );

  it.each([new Headers({ a: 'b' }), new Map([['a', 'b']]), ['a'], 'text', 7])(
    'are members of a plain object, not %p',
    async (given) => {
      await expect(of(() => given)).rejects.toThrow(
        new Error('http.headers did not return a plain object of names and values'),
      );
    },
  );

  it('of a function that fails are named as the cause', async () => {
    const cause = new Error('no such file');
    await expect(of(() => Promise.reject(cause))).rejects.toMatchObject({
      message: 'http.headers failed',
      cause,
    });
    await expect(
      of(() => {
        throw cause;
      }),
    ).rejects.toMatchObject({ message: 'http.headers failed', cause });
  });
});
