import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpAnswer, type HttpCall, send } from '../support/http.js';
import { startDocumentedProxy } from './support/documented-proxies.js';
import { bearer, longToken, type ProxiedApi, startProxiedApi } from './support/proxied-api.js';
import type { ServerProcess } from './support/server-process.js';

/** The warnings of docs/behind-a-proxy.md: its configurations, each with what it says not to do. */
describe('What docs/behind-a-proxy.md warns of happens', () => {
  let api: ProxiedApi;
  let proxy: ServerProcess | undefined;

  beforeAll(async () => {
    api = await startProxiedApi();
  });
  afterEach(() => proxy?.close());
  afterAll(() => api.close());

  /** Takes lines away from a configuration, or puts another text in their place. */
  const startWith = async (
    name: string,
    ...changes: readonly (readonly [pattern: string | RegExp, text: string])[]
  ): Promise<void> => {
    const [one, two] = api.instances.map(({ url }) => Number(new URL(url).port));
    const origins = { api: [one!, two!] } as const;
    proxy = await startDocumentedProxy(name, origins, (block) =>
      changes.reduce((text, [pattern, replacement]) => {
        const changed = text.replace(pattern, replacement);
        // A warning about a line that is gone would be proven by anything.
        expect(changed).not.toBe(text);
        return changed;
      }, block),
    );
  };
  const call = (path: string, options?: HttpCall): Promise<HttpAnswer> =>
    send(proxy!.url + path, options);
  const outage = async (): Promise<void> => {
    for (let times = 0; times < 25; times++) await call('/statement', bearer(api.broken.token()));
  };
  const statusOfGoodTokens = async (): Promise<number> =>
    (await call('/statement', bearer(api.issuer.token()))).status;

  it.each([
    ['nginx.conf', /large_client_header_buffers.*/],
    ['apache.conf', /LimitRequestFieldSize.*/],
    ['lighttpd.conf', /server\.max-request-field-size.*/],
  ])('%s: a token of 9 KB is refused without a challenge', async (name, line) => {
    await startWith(name, [line, '']);
    const { status, challenge, json } = await call('/statement', bearer(longToken(api.issuer)));
    expect([400, 431]).toContain(status);
    expect([challenge, json]).toEqual([undefined, undefined]);
  });

  it('nginx: pages of its own take body, Retry-After and the challenge of a 403', async () => {
    const pages =
      'proxy_intercept_errors on; error_page 401 403 503 /page; location = /page { return 200 "sorry"; }\n  location / {\n proxy_intercept_errors on;';
    await startWith('nginx.conf', ['location / {', pages]);
    const unavailable = await call('/statement', bearer(api.broken.token()));
    expect([unavailable.status, unavailable.json]).toEqual([503, undefined]);
    expect(unavailable.headers['retry-after']).toBeUndefined();
    const forbidden = await call('/payments', bearer(api.issuer.token()));
    expect([forbidden.status, forbidden.challenge]).toEqual([403, undefined]);
  });

  it('Apache: pages of its own take body, Retry-After and the challenge of a 403', async () => {
    await startWith('apache.conf', ['ProxyErrorOverride Off', 'ProxyErrorOverride On']);
    const unavailable = await call('/statement', bearer(api.broken.token()));
    expect([unavailable.status, unavailable.json]).toEqual([503, undefined]);
    expect(unavailable.headers['retry-after']).toBeUndefined();
    const forbidden = await call('/payments', bearer(api.issuer.token()));
    expect([forbidden.status, forbidden.challenge]).toEqual([403, undefined]);
  });

  it('Caddy: unhealthy_status 5xx takes the API away from every caller', async () => {
    await startWith('Caddyfile', [/health_uri.*/, 'fail_duration 10s\n    unhealthy_status 5xx']);
    await outage();
    expect(await statusOfGoodTokens()).toBe(503);
  });

  it('HAProxy: observe layer7 takes the API away from every caller', async () => {
    const observed = 'check inter 60s observe layer7 error-limit 10 on-error mark-down';
    await startWith(
      'haproxy.cfg',
      [/(?<=3000) check/, ` ${observed}`],
      [/(?<=3001) check/, ` ${observed}`],
    );
    await outage();
    expect(await statusOfGoodTokens()).toBe(503);
  });

  it('nginx: proxy_next_upstream http_503 takes the API away from every caller', async () => {
    await startWith('nginx.conf', ['error timeout', 'error timeout http_503']);
    await outage();
    expect(await statusOfGoodTokens()).toBe(502);
  });

  it('nginx: every caller gets the answer to one where the cache is not told', async () => {
    await startWith('nginx.conf', [/proxy_cache_bypass.*/, ''], [/proxy_no_cache.*/, '']);
    const alice = await call('/cacheable', bearer(api.issuer.token({ subject: 'alice' })));
    const bob = await call('/cacheable', bearer(api.issuer.token({ subject: 'bob' })));
    expect([bob.text, (await call('/cacheable')).text]).toEqual([alice.text, alice.text]);
  });

  it.each([
    ['default.vcl', /return \(pass\);/],
    ['squid.conf', /cache deny token\n/],
  ])('%s: so it is for tokens in a header of your own', async (name, line) => {
    await startWith(name, [line, '']);
    const withToken = (token: string): HttpCall => ({ headers: [['X-Api-Token', token]] });
    const alice = await call('/cacheable', withToken(api.issuer.token({ subject: 'alice' })));
    const bob = await call('/cacheable', withToken(api.issuer.token({ subject: 'bob' })));
    expect([bob.text, (await call('/cacheable')).text]).toEqual([alice.text, alice.text]);
  });

  it('Squid: without login=PASS no call has a token', async () => {
    await startWith('squid.conf', [/ login=PASS$/m, '']);
    const { json } = await call('/statement', bearer(api.issuer.token()));
    expect(json).toMatchObject({ code: 'auth_required' });
  });
});
