import { describe, expect, it } from '@jest/globals';
import type { ResolvedAuthConfig } from '../../../../src/config/resolved-config.js';
import { CredentialsReader } from '../../../../src/core/calls/credentials-reader.js';

describe('CredentialsReader', () => {
  const reader = new CredentialsReader({
    tokenSources: ['header', { cookie: 'at' }],
    maxTokenBytes: 100,
  } as unknown as ResolvedAuthConfig);

  // Mercurius makes headers of what a client sends with `connection_init`.
  it.each([
    [{ cookie: 5 }, 'token_malformed'],
    [{ cookie: {} }, 'token_malformed'],
    [{ cookie: ['at=x', 'at=y'] }, 'invalid_request'],
    [{ authorization: 5 }, 'token_malformed'],
  ])('headers that are no text: %j', (headers, code) => {
    expect(() => reader.read({ headers } as never)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    'at=x; at=y',
    'at=x; at=x',
    'at=; at=y',
    'at=x; at=',
    'at=x;at=y',
    'b=1; at =x;\tat\t=y; c=2',
  ])('the cookie twice: %j', (cookie) => {
    const code = 'invalid_request';
    expect(() => reader.read({ headers: { cookie } } as never)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([
    ['at=x', 'x'],
    ['AT=y; at=x', 'x'],
    ['bat=y; at=x; at2=z; at', 'x'],
    ['b=at=y; at=x=', 'x='],
    ['b=y; at', undefined],
    ['__proto__=y; at=x', 'x'],
  ])('the cookie once: %j', (cookie, token) => {
    expect(reader.read({ headers: { cookie } } as never)?.token).toBe(token);
  });

  it.each([{ cookie: null }, { cookie: '' }, {}])('headers without a token: %j', (headers) => {
    expect(reader.read({ headers } as never)).toBeUndefined();
  });

  // What adapters for functions in the cloud hand over: header lines joined, and an empty raw list.
  it('several Authorization headers in one, where the raw list is empty', () => {
    const headers = { authorization: 'Bearer x,Bearer y' };
    expect(() => reader.read({ headers, rawHeaders: [] } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
    const single = { headers: { authorization: 'Bearer x' }, rawHeaders: [] };
    expect(reader.read(single as never)).toMatchObject({ token: 'x', isInAuthorization: true });
  });

  it('several in the place of a transport’s own', () => {
    expect(() => reader.read({ headers: {}, handed: 'Bearer x, Bearer y' } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});

describe('CredentialsReader says where it has looked', () => {
  const config = (tokenSources: unknown): ResolvedAuthConfig =>
    ({ tokenSources, maxTokenBytes: 100 }) as unknown as ResolvedAuthConfig;

  it.each([
    [['header'], 'Authorization'],
    [['header', { cookie: 'at' }, { query: 'token' }], 'Authorization, cookie "at", query "token"'],
    [
      [{ body: 'access_token' }, () => undefined],
      'body "access_token", a function of tokenSources',
    ],
  ])('with tokenSources %j', (tokenSources, places) => {
    const { code, reason } = new CredentialsReader(config(tokenSources)).missing({
      headers: {},
    });
    expect([code, reason]).toEqual([
      'auth_required',
      `no bearer token in the request; looked for in: ${places}`,
    ]);
  });

  it('and nothing of a header that is not looked at', () => {
    const reader = new CredentialsReader(config([{ cookie: 'at' }]));
    const { reason } = reader.missing({ headers: { authorization: 'Basic dXNlcg' } });
    expect(reason).toBe('no bearer token in the request; looked for in: cookie "at"');
    expect(reader.missing({} as never).code).toBe('auth_required');
  });
});
