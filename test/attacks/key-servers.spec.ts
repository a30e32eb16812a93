import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import type { HttpConfig, HttpResponse, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../support/application.js';
import { expectGood, expectRefusal, expectSoundProcess, type Target } from '../support/attack.js';
import { AUDIENCE, ecdsa, forge, goodClaims, hmac, plain, type Sign } from '../support/forgery.js';
import { type KeyServer, type Served, startKeyServer } from '../support/key-server.js';

expectSoundProcess();

/** Keys and issuers of this file are made while it is read, so that tables can name them. */
const good = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const bad = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherBad = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const secret = 'a shared secret that a key server published';

const jwk = (key: KeyObject, members: object = {}): object => ({
  ...key.export({ format: 'jwk' }),
  ...members,
});
const goodJwk = jwk(good.publicKey, { kid: 'good', use: 'sig', alg: 'ES256' });
const byGood = ecdsa('sha256', good.privateKey);
const byBad = ecdsa('sha256', bad.privateKey);

/** Promises more than it sends. */
const cutOff: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"keys":[', () => response.destroy());
};

/** A good key set behind as many blanks as `http.maxBytes` allows. */
const tooLong: RequestListener = (_request, response) =>
  void response.end(' '.repeat(262_144) + JSON.stringify({ keys: [goodJwk] }));

describe('Key servers', () => {
  const paths: Record<string, Served> = {};
  const issuers: (() => TrustedIssuerConfig)[] = [];
  let server: KeyServer;
  /** Where a redirect leads: a key set with the attacker's key in it. */
  let elsewhere: KeyServer;
  let reliable: TestIssuer;
  let application: TestApplication;
  let target: Target;

  /** Adds an issuer whose key set is this; gives its name. */
  const publishing = (name: string, served: Served): string => {
    const issuer = `https://${name}.example`;
    paths[`/${name}`] = served;
    issuers.push(() => ({ issuer, keys: { jwksUri: `${server.origin}/${name}` } }));
    return issuer;
  };

  /** Adds an issuer whose keys are fetched like this; gives its name. */
  const fetching = (name: string, http: HttpConfig): string => {
    const issuer = `https://${name}.example`;
    const jwksUri = 'https://keys.example/jwks';
    issuers.push(() => ({ issuer, keys: { jwksUri }, http: { timeoutMs: 100, ...http } }));
    return issuer;
  };

  const token = (issuer: string, sign: Sign, header: object): string =>
    forge(header, goodClaims(issuer), sign);
  const goodToken = (issuer: string): string =>
    token(issuer, byGood, { alg: 'ES256', kid: 'good' });
  const at = (issuer: string): Target => ({ application, good: () => goodToken(issuer) });

  beforeAll(async () => {
    reliable = await createTestIssuer();
    server = await startKeyServer(paths);
    elsewhere = await startKeyServer({ '/jwks': { keys: [jwk(bad.publicKey, { kid: 'bad' })] } });
    application = await startApplication({
      audience: AUDIENCE,
      issuers: [reliable.issuer, ...issuers.map((config) => config())],
    });
    target = { application, good: () => reliable.token() };
  });

  afterAll(async () => {
    // A request that hangs would keep the application from closing.
    (application.app.getHttpServer() as Server).closeAllConnections();
    await application.close();
    await Promise.all([server.close(), elsewhere.close(), reliable.close()]);
  });

  describe('S5 weak and ill-fitting keys in a key set', () => {
    const issuer = publishing('weak', {
      keys: [
        goodJwk,
        jwk(rsa2048.publicKey, { kid: 'rsa-2048' }),
        jwk(rsa1024.publicKey, { kid: 'rsa-1024' }),
        jwk(rsa1024.publicKey, { kid: 'rsa-1024-alg', use: 'sig', alg: 'RS256' }),
        jwk(p384.publicKey, { kid: 'p-384' }),
        jwk(bad.publicKey, { kid: 'p-256-as-es384', alg: 'ES384' }),
        jwk(rsa2048.publicKey, { kid: 'rs512-only', alg: 'RS512' }),
      ],
    });

    it('S5 RSA of 2048 bits and P-384 are let in, made by the same hands', async () => {
      const byRsa = plain('sha256', rsa2048.privateKey);
      await expectGood(application, token(issuer, byRsa, { alg: 'RS256', kid: 'rsa-2048' }));
      const byP384 = ecdsa('sha384', p384.privateKey);
      await expectGood(application, token(issuer, byP384, { alg: 'ES384', kid: 'p-384' }));
    });

    // RFC 7518 sections 3.3 and 3.5.
    it('S5 RSA of 1024 bits', async () => {
      const sign = plain('sha256', rsa1024.privateKey);
      for (const kid of ['rsa-1024', 'rsa-1024-alg', 'rsa-2048', undefined])
        await expectRefusal(
          at(issuer),
          token(issuer, sign, { alg: 'RS256', kid }),
          'signature_invalid',
        );
    });

    // RFC 7518 sections 3.4 and 6.2.1.1.
    it('S5 a key on P-256 with ES384 or ES512, and on P-384 with ES256', async () => {
      const cases: [string, string, KeyPairKeyObjectResult, string][] = [
        ['ES384', 'sha384', good, 'good'],
        ['ES512', 'sha512', good, 'good'],
        ['ES384', 'sha384', bad, 'p-256-as-es384'],
        ['ES256', 'sha256', bad, 'p-256-as-es384'],
        ['ES256', 'sha256', p384, 'p-384'],
      ];
      for (const [alg, hash, { privateKey }, kid] of cases)
        await expectRefusal(
          at(issuer),
          token(issuer, ecdsa(hash, privateKey), { alg, kid }),
          'signature_invalid',
        );
    });

    it('S5 a key for another algorithm than its own member says', async () => {
      const sign = plain('sha256', rsa2048.privateKey);
      await expectRefusal(
        at(issuer),
        token(issuer, sign, { alg: 'RS256', kid: 'rs512-only' }),
        'signature_invalid',
      );
      const by512 = plain('sha512', rsa2048.privateKey);
      await expectGood(application, token(issuer, by512, { alg: 'RS512', kid: 'rs512-only' }));
    });
  });

  describe('S4 key sets without a key', () => {
    const empty = publishing('empty', { keys: [] });
    const emptySecret = publishing('empty-secret', {
      keys: [{ kty: 'oct', k: '', alg: 'HS256' }, null, {}, goodJwk],
    });

    it('S4 an absent key admits no caller', async () => {
      for (const sign of [byGood, hmac('sha256', '')])
        for (const alg of ['ES256', 'HS256', 'none'])
          await expectRefusal(
            target,
            token(empty, sign, { alg, kid: 'good' }),
            'signature_invalid',
          );
    });

    it('S4 an empty secret admits no caller', async () => {
      for (const alg of ['HS256', 'ES256'])
        await expectRefusal(
          at(emptySecret),
          token(emptySecret, hmac('sha256', ''), { alg }),
          'signature_invalid',
        );
    });
  });

  // RFC 7517 sections 4, 4.1, 4.2, 4.3, 4.4 and 5.
  describe('S32 key sets with entries that must not count', () => {
    const privateRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ed = generateKeyPairSync('ed25519');
    const badJwk = jwk(bad.publicKey, { kid: 'bad' });

    /** Entries beside the good key, and signatures that they would let in if they counted. */
    const cases: [name: string, entries: readonly unknown[], tokens: [object, Sign][]][] = [
      ['null', [null], []],
      ['scalars and lists', [1, 'x', true, [], [goodJwk]], []],
      ['empty objects', [{}, { kid: 'good' }, { kty: null }, { kty: 'XYZ' }], []],
      ['__proto__', [JSON.parse('{"__proto__":{"kty":"EC"}}')], []],
      [
        'oct',
        [
          { ...createSecretKey(Buffer.from(secret)).export({ format: 'jwk' }), kid: 'oct' },
          { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'good', alg: 'ES256' },
        ],
        [
          [{ alg: 'HS256', kid: 'oct' }, hmac('sha256', secret)],
          [{ alg: 'HS256', kid: 'good' }, hmac('sha256', secret)],
          [{ alg: 'HS256' }, hmac('sha256', secret)],
        ],
      ],
      [
        'private',
        [
          jwk(bad.privateKey, { kid: 'bad' }),
          jwk(privateRsa.privateKey, { kid: 'bad-rsa' }),
          jwk(ed.privateKey, { kid: 'bad-ed' }),
        ],
        [
          [{ alg: 'ES256', kid: 'bad' }, byBad],
          [{ alg: 'ES256' }, byBad],
          [{ alg: 'RS256', kid: 'bad-rsa' }, plain('sha256', privateRsa.privateKey)],
        ],
      ],
      ['use-enc', [{ ...badJwk, use: 'enc' }], [[{ alg: 'ES256', kid: 'bad' }, byBad]]],
      ['use-list', [{ ...badJwk, use: ['sig'] }], [[{ alg: 'ES256', kid: 'bad' }, byBad]]],
      [
        'key-ops-sign',
        [{ ...badJwk, key_ops: ['sign'] }],
        [
          [{ alg: 'ES256', kid: 'bad' }, byBad],
          [{ alg: 'ES256' }, byBad],
        ],
      ],
      ['key-ops-none', [{ ...badJwk, key_ops: [] }], [[{ alg: 'ES256', kid: 'bad' }, byBad]]],
      ['key-ops-text', [{ ...badJwk, key_ops: 'verify' }], [[{ alg: 'ES256', kid: 'bad' }, byBad]]],
      [
        'key-ops-enc',
        [{ ...badJwk, key_ops: ['encrypt'] }],
        [[{ alg: 'ES256', kid: 'bad' }, byBad]],
      ],
      ['other-alg', [{ ...badJwk, alg: 'ECDH-ES' }], [[{ alg: 'ES256', kid: 'bad' }, byBad]]],
      ['kid-list', [{ ...badJwk, kid: ['bad'] }], [[{ alg: 'ES256', kid: 'bad' }, byBad]]],
      [
        'broken',
        [
          { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', kid: 'good' },
          { kty: 'EC', crv: 'P-256', kid: 'good' },
          { kty: 'RSA', n: 1, e: {}, kid: 'good' },
          { kty: 'RSA', n: '', e: '', kid: 'good' },
          { kty: 'OKP', crv: 'X25519', x: 'AAAA', kid: 'good' },
        ],
        [],
      ],
      [
        'same-kid',
        [
          jwk(bad.publicKey, { kid: 'good', use: 'enc' }),
          jwk(otherBad.privateKey, { kid: 'good' }),
        ],
        [
          [{ alg: 'ES256', kid: 'good' }, byBad],
          [{ alg: 'ES256', kid: 'good' }, ecdsa('sha256', otherBad.privateKey)],
        ],
      ],
    ];
    const byName = new Map(
      cases.map(([name, entries]) => [
        name,
        publishing(`s32-${name.replaceAll(/[^a-z0-9]+/g, '-')}`, { keys: [...entries, goodJwk] }),
      ]),
    );
    const counting = publishing('s32-counting', {
      keys: [{ ...badJwk, use: 'sig', key_ops: ['verify'] }, goodJwk],
    });

    it('S32 the same entry counts when nothing speaks against it', async () => {
      await expectGood(application, token(counting, byBad, { alg: 'ES256', kid: 'bad' }));
    });

    it.each(cases)('S32 %s: ignored, the good key counts', async (name, _entries, tokens) => {
      const issuer = byName.get(name) ?? '';
      await expectGood(application, goodToken(issuer));
      for (const [header, sign] of tokens)
        await expectRefusal(at(issuer), token(issuer, sign, header), 'signature_invalid');
      await expectRefusal(
        at(issuer),
        token(issuer, byBad, { alg: 'ES256', kid: 'good' }),
        'signature_invalid',
      );
    });

    const noSets: [string, Served][] = [
      ['null', null],
      ['a list', [goodJwk]],
      ['a single key', goodJwk],
      ['keys: null', { keys: null }],
      ['keys: an object', { keys: { 0: goodJwk, length: 1 } }],
      ['keys: text', { keys: JSON.stringify([goodJwk]) }],
      ['nothing', (_request, response) => void response.end()],
      ['text', (_request, response) => void response.end('"keys"')],
      ['HTML', (_request, response) => void response.end('<html>{"keys":[]}</html>')],
      ['two documents', (_request, response) => void response.end('{"keys":[]}{"keys":[]}')],
      ['a body cut off', cutOff],
      ['no answer', (request) => void request.socket.destroy()],
      ['no HTTP', (request) => void request.socket.end('junk\r\n\r\n')],
      ['a body that is too long', tooLong],
      ['a body nested deep', (_request, response) => void response.end('['.repeat(100))],
    ];
    const noSetIssuers = new Map(
      noSets.map(([name, served]) => [
        name,
        publishing(`s32-no-set-${name.replaceAll(/[^a-z]+/g, '-')}`, served),
      ]),
    );

    it.each(noSets)('S32 %s in place of a key set: not checked, others are', async (name) => {
      const issuer = noSetIssuers.get(name) ?? '';
      for (const sign of [byGood, byBad])
        await expectRefusal(
          target,
          token(issuer, sign, { alg: 'ES256', kid: 'good' }),
          'keys_unavailable',
        );
    });
  });

  describe('S33 redirects and addresses that lead elsewhere', () => {
    const REDIRECTS = [301, 302, 303, 307, 308];
    const redirecting = REDIRECTS.map((status) =>
      publishing(`s33-${status}`, (_request, response) => {
        response.writeHead(status, { location: `${elsewhere.origin}/jwks` }).end();
      }),
    );
    const refreshing = publishing('s33-refresh', (_request, response) => {
      response.writeHead(200, { refresh: `0; url=${elsewhere.origin}/jwks` }).end('{}');
    });

    it.each(REDIRECTS)('S33 %i to another origin: not followed', async (status) => {
      const issuer = redirecting[REDIRECTS.indexOf(status)] ?? '';
      const byElsewhere = token(issuer, byBad, { alg: 'ES256', kid: 'bad' });
      await expectRefusal(target, byElsewhere, 'keys_unavailable');
      expect(server.requests).toContain(`/s33-${status}`);
      expect(elsewhere.requests).toEqual([]);
    });

    it('S33 the key at the end of the redirect is real: asked directly it lets in', async () => {
      const issuer = 'https://direct.example';
      const jwksUri = `${elsewhere.origin}/jwks`;
      const direct = await startApplication({
        audience: AUDIENCE,
        issuers: [{ issuer, keys: { jwksUri } }],
      });
      const before = elsewhere.requests.length;
      try {
        await expectGood(direct, token(issuer, byBad, { alg: 'ES256', kid: 'bad' }));
      } finally {
        await direct.close();
      }
      expect(elsewhere.requests).toHaveLength(before + 1);
    });

    it('S33 a Refresh header', async () => {
      const before = elsewhere.requests.length;
      const byElsewhere = token(refreshing, byBad, { alg: 'ES256', kid: 'bad' });
      await expectRefusal(target, byElsewhere, 'keys_unavailable');
      expect(elsewhere.requests).toHaveLength(before);
    });

    /** What a loopback issuer's metadata may say, and what is then asked for. */
    const discovered = (name: string, document: (origin: string) => object) => {
      const asked: string[] = [];
      const issuer = `http://127.0.0.1/${name}`;
      const fetch: HttpConfig['fetch'] = async (url) => {
        asked.push(url);
        return url.startsWith('http://127.0.0.1/')
          ? jsonResponse(document(issuer))
          : jsonResponse({ keys: [jwk(bad.publicKey, { kid: 'bad' })] });
      };
      issuers.push(() => ({ issuer, http: { fetch } }));
      return { issuer, asked };
    };

    const expectMetadataAlone = async (
      { issuer, asked } = { issuer: '', asked: [] as string[] },
    ): Promise<void> => {
      const attack = token(issuer, byBad, { alg: 'ES256', kid: 'bad' });
      await expectRefusal(target, attack, 'keys_unavailable');
      expect(asked.length).toBeGreaterThan(0);
      for (const url of asked) expect(url).toContain('/.well-known/');
    };

    const addresses: [name: string, address: unknown][] = [
      ['http beyond loopback', 'http://keys.example/jwks'],
      ['a metadata service', 'http://169.254.169.254/latest/meta-data'],
      ['file', 'file:///etc/passwd'],
      ['data', 'data:application/json,{"keys":[]}'],
      ['ftp', 'ftp://keys.example/jwks'],
      ['a path', '/jwks'],
      ['a list', ['http://127.0.0.1/jwks']],
      ['nothing', undefined],
      ['null', null],
    ];
    const misled = addresses.map(([name, jwks_uri]) =>
      discovered(name.replaceAll(' ', '-'), (issuer) => ({ issuer, jwks_uri })),
    );

    it.each(addresses)('S33 jwks_uri that is %s: not asked', async (name) => {
      await expectMetadataAlone(misled[addresses.findIndex(([other]) => other === name)]);
    });

    const impostors: [string, (issuer: string) => unknown][] = [
      ['of another issuer', () => 'https://evil.example'],
      ['with a slash more', (issuer) => `${issuer}/`],
      ['of several issuers', (issuer) => [issuer]],
      ['of no issuer', () => undefined],
    ];
    const posing = impostors.map(([name, other]) =>
      discovered(`posing-${name.replaceAll(' ', '-')}`, (issuer) => ({
        issuer: other(issuer),
        jwks_uri: 'http://127.0.0.1:1/jwks',
      })),
    );

    it.each(impostors)('S33 metadata %s: its keys are not asked for', async (name) => {
      await expectMetadataAlone(posing[impostors.findIndex(([other]) => other === name)]);
    });
  });

  describe('S37 key providers that fail', () => {
    const never = (): Promise<never> => new Promise(() => {});
    const response = (body: HttpResponse['body']): HttpResponse => ({
      status: 200,
      headers: new Headers(),
      body,
    });

    const providers: [name: string, http: HttpConfig][] = [
      ['rejects', { fetch: () => Promise.reject(new Error('jwks down')) }],
      ['rejects with no error', { fetch: () => Promise.reject(undefined as unknown as Error) }],
      ['rejects with text', { fetch: () => Promise.reject('jwks down' as unknown as Error) }],
      ['rejects later', { fetch: () => later().then(() => Promise.reject(new Error('late'))) }],
      ['throws', { fetch: throwing }],
      ['resolves with nothing', { fetch: async () => undefined as unknown as HttpResponse }],
      ['resolves with null', { fetch: async () => null as unknown as HttpResponse }],
      ['resolves with an object', { fetch: async () => ({}) as HttpResponse }],
      ['resolves without a body', { fetch: async () => response(null) }],
      ['has a body that throws', { fetch: async () => response(failingBody()) }],
      ['has a body that is text', { fetch: async () => response('{}' as never) }],
      ['has a body that cannot be read', { fetch: async () => response({} as never) }],
      ['is aborted', { fetch: (_url, { signal }) => aborted(signal) }],
      ['never resolves', { fetch: never }],
      [
        'has a body that never ends',
        { fetch: async () => response({ [Symbol.asyncIterator]: () => ({ next: never }) }) },
      ],
      ['has headers that reject', { headers: () => Promise.reject(new Error('no token')) }],
      ['has headers that throw', { headers: throwing }],
      ['has headers that never come', { headers: never }],
      ['has headers that no fetch can send', { headers: () => ({ 'x y': '\r\n' }) }],
      ['asks for credentials', { fetch: async () => ({ ...response(null), status: 401 }) }],
    ];
    const byName = new Map(
      providers.map(([name, http]) => [name, fetching(`s37-${name.replaceAll(' ', '-')}`, http)]),
    );

    it.each(providers)('S37 one that %s: not checked, and the process lives', async (name) => {
      const issuer = byName.get(name) ?? '';
      const attack = goodToken(issuer);
      await expectRefusal(target, attack, 'keys_unavailable');
      // Again: a flight that failed must not stand in the way of the next.
      await expectRefusal(target, attack, 'keys_unavailable');
    });

    it('S37 many at once, of all of them, beside good ones', async () => {
      const calls = [...byName.values()].flatMap((issuer) => [
        application.get('/notes', goodToken(issuer)).then(({ status }) => status),
        application.get('/notes', goodToken(issuer)).then(({ status }) => status),
        application.get('/notes', reliable.token()).then(({ status }) => status),
      ]);
      expect(await Promise.all(calls)).toEqual(providers.flatMap(() => [503, 503, 200]));
    });

    it('S37 what the provider said stays out of the answer', async () => {
      const issuer = byName.get('rejects') ?? '';
      const answer = await application.get('/notes', goodToken(issuer));
      expect(answer.status).toBe(503);
      expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(/jwks|keys\.example|s37/);
    });

    function throwing(): never {
      throw new Error('thrown at once');
    }
  });
});

function jsonResponse(document: object): HttpResponse {
  return new Response(JSON.stringify(document)) as unknown as HttpResponse;
}

async function later(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function* failingBody(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"keys":');
  throw new Error('connection lost');
}

/** Rejects once it is told to stop, as `fetch` does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
