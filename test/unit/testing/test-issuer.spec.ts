import { Agent, get } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as testing from 'nestjs-trusted-issuers/testing';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { createTestIssuer } from '../../../src/testing/create-test-issuer.js';
import type { TestIssuerOptions } from '../../../src/testing/test-issuer-options.js';
import type { TestIssuer } from '../../../src/testing/test-issuer.js';
import { httpGet, networkFetch } from './http-get.js';

let issuer: TestIssuer;

afterEach(() => issuer?.close());

describe('requests', () => {
  it('lists method and path in order, by network or not', async () => {
    issuer = await createTestIssuer();
    await httpGet(networkFetch, `${issuer.issuer}/.well-known/openid-configuration`);
    await httpGet(issuer.fetch, `${issuer.issuer}/nowhere?a=b`);
    await fetch(issuer.jwksUri, { method: 'POST' });
    expect(issuer.requests).toEqual([
      { method: 'GET', path: '/.well-known/openid-configuration' },
      { method: 'GET', path: '/nowhere?a=b' },
      { method: 'POST', path: '/jwks' },
    ]);
  });

  it("is each issuer's own", async () => {
    issuer = await createTestIssuer({ listen: false });
    const other = await createTestIssuer({ listen: false });
    await httpGet(issuer.fetch, issuer.jwksUri);
    expect(other.requests).toEqual([]);
  });
});

describe('fetch', () => {
  it.each(['/.well-known/openid-configuration', '/jwks', '/nowhere'])(
    'answers %s with the same bytes as HTTP',
    async (path) => {
      issuer = await createTestIssuer();
      const url = issuer.issuer + path;
      expect(await httpGet(issuer.fetch, url)).toEqual(await httpGet(networkFetch, url));
    },
  );

  it('gives jose the keys of an issuer that does not listen', async () => {
    issuer = await createTestIssuer({ issuer: 'https://issuer.example/t1', listen: false });
    const keys = createRemoteJWKSet(new URL(issuer.jwksUri), {
      [customFetch]: async (url, { signal }) =>
        Response.json(JSON.parse((await httpGet(issuer.fetch, url, signal)).bytes.toString())),
    });
    const { payload } = await jwtVerify(issuer.token(), keys);
    expect(payload.iss).toBe('https://issuer.example/t1');
  });

  it('reaches no other origin', async () => {
    issuer = await createTestIssuer({ listen: false });
    const elsewhere = httpGet(issuer.fetch, 'https://login.example.com:8443/jwks');
    await expect(elsewhere).rejects.toThrow(new TypeError('fetch failed'));
    expect(issuer.requests).toEqual([]);
  });

  it('sends nothing when the signal has aborted already', async () => {
    issuer = await createTestIssuer({ listen: false });
    const aborted = AbortSignal.abort(new Error('too late'));
    await expect(httpGet(issuer.fetch, issuer.jwksUri, aborted)).rejects.toThrow('too late');
    expect(issuer.requests).toEqual([]);
  });
});

describe('config()', () => {
  it('leaves a listening issuer to discovery', async () => {
    issuer = await createTestIssuer();
    expect(issuer.config()).toEqual({
      issuer: issuer.issuer,
      audience: 'https://api.example.com',
    });
  });

  it('names the keys when no discovery document is served', async () => {
    issuer = await createTestIssuer({ discovery: 'none' });
    expect(issuer.config().keys).toEqual({ jwksUri: issuer.jwksUri });
  });

  it('hands over the secret of an HS256 issuer, and allows that algorithm alone', async () => {
    issuer = await createTestIssuer({ algorithm: 'HS256', discovery: 'none' });
    expect(issuer.config()).toMatchObject({
      keys: { secret: issuer.secret },
      algorithms: ['HS256'],
    });
  });

  it('hands over fetch when the issuer does not listen', async () => {
    issuer = await createTestIssuer({ listen: false });
    expect(issuer.config()).toEqual({
      issuer: 'https://login.example.com',
      audience: 'https://api.example.com',
      http: { fetch: issuer.fetch },
    });
  });

  it('takes overrides, and keeps fetch beside those of http', async () => {
    issuer = await createTestIssuer({ listen: false });
    const keys = { jwks: issuer.jwks };
    expect(issuer.config({ audience: null, keys, http: { timeoutMs: 9 } })).toEqual({
      issuer: issuer.issuer,
      audience: null,
      keys,
      http: { fetch: issuer.fetch, timeoutMs: 9 },
    });
  });
});

describe('nestjs-trusted-issuers/testing', () => {
  it('exports the kit, and types', () => {
    expect(Object.keys(testing).toSorted()).toEqual([
      ...['AuthTesting', 'authenticatedAs', 'createDpopKey', 'createTestCertificate'],
      ...['createTestIssuer', 'overrideAuth', 'proofFor', 'refusalMatchers', 'testIdentity'],
    ]);
    expect(testing.createTestIssuer).toBe(createTestIssuer);
  });
});

describe('createTestIssuer()', () => {
  it('joins a path to the name of an issuer that does not listen', async () => {
    issuer = await createTestIssuer({ listen: false, path: '/realms/a' });
    expect(issuer.issuer).toBe('https://login.example.com/realms/a');
  });

  it.each<[string, TestIssuerOptions]>([
    ['issuer needs listen: false', { issuer: 'https://a.example' }],
    ['path cannot be joined', { issuer: 'https://a.example', path: '/a', listen: false }],
    ['issuer must be an absolute URL', { issuer: 'a.example', listen: false }],
    ['path must begin with "/", not "a"', { path: 'a' }],
    [
      'a test issuer has no option "alg". Did you mean algorithm?',
      { alg: 'RS256' } as TestIssuerOptions,
    ],
    [
      'listen of a test issuer must be true or false, not a string',
      { listen: 'no' } as unknown as TestIssuerOptions,
    ],
    [
      'discovery of a test issuer must be one of oidc, oauth, both, none, not a string',
      { discovery: 'OIDC' } as unknown as TestIssuerOptions,
    ],
    [
      'a test issuer takes an object of options, not a string',
      'RS256' as unknown as TestIssuerOptions,
    ],
  ])('refuses: %s', async (message, options) => {
    await expect(createTestIssuer(options)).rejects.toThrow(message);
  });
});

describe('Options in JavaScript', () => {
  it.each<[string, object]>([
    ['a token has no option "scope". Did you mean scopes?', { scope: 'a' }],
    ['a token has no option "aud". Did you mean audience?', { aud: 'a' }],
    ['a token has no option "sub". Did you mean subject?', { sub: 'a' }],
    ['a token has no option "roles". Known: subject, scopes, ', { roles: ['a'] }],
    ['Other claims belong in claims, members of the header in header.', { roles: ['a'] }],
    [
      'expiresInSeconds of a token must be a finite number, not a string',
      { expiresInSeconds: '60' },
    ],
    ['scopes of a token must be a list of strings, not a string', { scopes: 'a b' }],
    ['subject of a token must be a string, not null', { subject: null }],
    ['claims of a token must be an object, not a list', { claims: [] }],
    [
      'dpop of a token must be an object with a thumbprint, not a Promise',
      { dpop: testing.createDpopKey() },
    ],
    [
      'certificate of a token must be an object with a thumbprint, not an object',
      { certificate: { thumbprint: 1 } },
    ],
    ['audience of a token must be a string or a list of strings, not a list', { audience: [1] }],
  ])('refuses: %s', async (message, options) => {
    issuer = await createTestIssuer({ listen: false });
    for (const kind of ['token', 'expiredToken', 'notYetValidToken', 'tamperedToken'] as const)
      expect(() => issuer[kind](options)).toThrow(message);
  });

  it('undefined counts as absent', async () => {
    issuer = await createTestIssuer({ algorithm: undefined, listen: false, path: undefined });
    const options = { subject: undefined, scopes: undefined, expiresInSeconds: undefined };
    expect(decodeJwt(issuer.token(options))).toMatchObject({ sub: 'alice' });
    expect(decodeJwt(issuer.token(options))).not.toHaveProperty('scope');
  });

  it('refuses a proof by a key that was not awaited', () => {
    const key = testing.createDpopKey() as unknown as testing.DpopKey;
    expect(() => testing.proofFor(key, { url: 'https://api.example.com/' })).toThrow(
      new TypeError('a proof needs the key of createDpopKey(), not a Promise'),
    );
  });

  it('refuses a rotation it does not know', async () => {
    issuer = await createTestIssuer({ listen: false });
    await expect(issuer.rotateKeys({ keepold: false } as object)).rejects.toThrow(
      new TypeError('a key rotation has no option "keepold". Did you mean keepOld?'),
    );
    expect(issuer.kid).toBe('key-1');
  });
});

describe('close()', () => {
  it('leaves nothing open, kept-alive connections included', async () => {
    issuer = await createTestIssuer();
    expect(process.getActiveResourcesInfo()).toContain('TCPServerWrap');
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get(issuer.jwksUri, { agent }), 'response');
    const connectionClosed = once(response.socket, 'close');
    response.resume();
    await once(response, 'end');

    const begun = performance.now();
    await issuer.close();
    await connectionClosed;
    // Far less than the 5 s after which Node.js gives up an idle connection of its own accord.
    expect(performance.now() - begun).toBeLessThan(2_000);
    // The event loop forgets a closed handle at the end of a turn.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap');
    agent.destroy();
  });

  it('cuts off delayed answers', async () => {
    issuer = await createTestIssuer();
    issuer.stall(60_000);
    const overHttp = httpGet(networkFetch, issuer.jwksUri);
    const inMemory = httpGet(issuer.fetch, issuer.jwksUri);
    while (issuer.requests.length < 2) await new Promise(setImmediate);
    const outcomes = Promise.allSettled([overHttp, inMemory]);
    await issuer.close();
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: new TypeError('fetch failed') },
      { status: 'rejected', reason: new TypeError('fetch failed') },
    ]);
  });

  it('makes every later request fail', async () => {
    issuer = await createTestIssuer();
    await issuer.close();
    await expect(httpGet(networkFetch, issuer.jwksUri)).rejects.toThrow('fetch failed');
    await expect(httpGet(issuer.fetch, issuer.jwksUri)).rejects.toThrow('fetch failed');
    expect(issuer.requests).toEqual([]);
  });

  it('can be called again, and while it closes', async () => {
    issuer = await createTestIssuer();
    await Promise.all([issuer.close(), issuer.close()]);
    await expect(issuer.close()).resolves.toBeUndefined();
  });

  it('is what `await using` calls', async () => {
    issuer = await createTestIssuer();
    await issuer[Symbol.asyncDispose]();
    await expect(httpGet(networkFetch, issuer.jwksUri)).rejects.toThrow('fetch failed');
  });
});
