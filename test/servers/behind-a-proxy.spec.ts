import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpAnswer, type HttpCall, send } from '../support/http.js';
import { startDocumentedProxy } from './support/documented-proxies.js';
import {
  bearer,
  longToken,
  type ProxiedApi,
  refusedCalls,
  startProxiedApi,
} from './support/proxied-api.js';
import type { ServerProcess } from './support/server-process.js';

/** What each does with two `Authorization` headers, as the page says. */
const TWO_HEADERS: Readonly<Record<string, 'its own 400' | 'our 400'>> = {
  'nginx.conf': 'its own 400',
  Caddyfile: 'our 400',
  'apache.conf': 'our 400',
  'haproxy.cfg': 'our 400',
  'default.vcl': 'our 400',
  'squid.conf': 'our 400',
  'lighttpd.conf': 'our 400',
};
const CACHES = ['nginx.conf', 'default.vcl', 'squid.conf'];

/** What a refusal is to a client. */
const refusalIn = ({ status, challenge, headers, text }: HttpAnswer): object => ({
  status,
  challenge,
  cacheControl: headers['cache-control'],
  retriesLater: /^\d+$/.test(String(headers['retry-after'])),
  text,
});

describe.each(Object.entries(TWO_HEADERS))('Behind %s', (name, twoHeaders) => {
  let api: ProxiedApi;
  let proxy: ServerProcess;

  beforeAll(async () => {
    api = await startProxiedApi();
    const [one, two] = api.instances.map(({ url }) => Number(new URL(url).port));
    proxy = await startDocumentedProxy(name, { api: [one!, two!] });
  });
  afterAll(async () => {
    await proxy?.close();
    await api.close();
  });

  const call = (path: string, options?: HttpCall): Promise<HttpAnswer> =>
    send(proxy.url + path, options);

  it('callers are known', async () => {
    const answer = await call('/statement', bearer(api.issuer.token()));
    expect([answer.status, answer.json]).toEqual([200, { subject: 'alice' }]);
  });

  it('every refusal reaches the client as it was sent', async () => {
    for (const [code, [path, options]] of Object.entries(refusedCalls(api))) {
      const sent = refusalIn(await api.instances[0].call(path, options));
      const received = await call(path, options);
      expect(received.json).toMatchObject({ code });
      expect(refusalIn(received)).toEqual(sent);
    }
  });

  it('preflights pass', async () => {
    const { status, headers } = await call('/statement', {
      method: 'OPTIONS',
      headers: [
        ['Origin', 'https://page.example'],
        ['Access-Control-Request-Method', 'GET'],
        ['Access-Control-Request-Headers', 'authorization'],
      ],
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toBe('authorization');
  });

  it(`two Authorization headers are refused: ${twoHeaders}`, async () => {
    const lines = [api.issuer.token(), api.issuer.token()].flatMap(
      (token) => bearer(token).headers ?? [],
    );
    const { status, json } = await call('/statement', { headers: lines });
    expect(status).toBe(400);
    if (twoHeaders === 'our 400') expect(json).toMatchObject({ code: 'invalid_request' });
    else expect(json).toBeUndefined();
  });

  it('a token of more than 9,000 characters passes', async () => {
    const token = longToken(api.issuer);
    expect(token.length).toBeGreaterThan(9_000);
    expect((await call('/statement', bearer(token))).status).toBe(200);
  });

  it('the outage of one issuer takes no instance away', async () => {
    for (let times = 0; times < 25; times++) {
      const { status, json } = await call('/statement', bearer(api.broken.token()));
      expect([status, json]).toEqual([503, expect.objectContaining({ code: 'keys_unavailable' })]);
    }
    for (let times = 0; times < 6; times++)
      expect((await call('/statement', bearer(api.issuer.token()))).status).toBe(200);
  });

  it('no caller gets what another one was answered, wherever the token is', async () => {
    const ways: readonly ((token: string) => readonly [string, HttpCall])[] = [
      (token) => ['/cacheable', bearer(token)],
      (token) => ['/cacheable', { headers: [['Cookie', `session=${token}`]] }],
      (token) => ['/cacheable', { headers: [['X-Api-Token', token]] }],
      (token) => [`/cacheable?access_token=${token}`, {}],
    ];
    for (const way of ways) {
      const answers: HttpAnswer[] = [];
      const tokens = ['alice', 'bob'].map((subject) => api.issuer.token({ subject }));
      for (const token of [...tokens, ...tokens]) answers.push(await call(...way(token)));
      expect(answers.map(({ json }) => (json as { subject: string }).subject)).toEqual([
        ...['alice', 'bob'],
        ...['alice', 'bob'],
      ]);
      expect((await call('/cacheable')).json).toMatchObject({ code: 'auth_required' });
      // Nor what they were answered themselves, by which a token would be good for longer than it is.
      expect(new Set(answers.map(({ text }) => text)).size).toBe(4);
    }
  });

  it('no refusal is kept for a caller who has a good token', async () => {
    for (const path of ['/statement', '/cacheable'])
      expect((await call(path)).json).toMatchObject({ code: 'auth_required' });
    for (const path of ['/statement', '/cacheable'])
      expect((await call(path, bearer(api.issuer.token()))).status).toBe(200);
  });

  if (CACHES.includes(name))
    it('what is for every caller is cached', async () => {
      const first = await call('/prices');
      expect((await call('/prices')).json).toEqual(first.json);
    });
});
