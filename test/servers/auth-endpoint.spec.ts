import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blocksOf, readMarkdown } from '../docs/markdown.js';
import { generatedFolder, importBlock } from '../docs/written-blocks.js';
import { type HttpAnswer, type HttpCall, send } from '../support/http.js';
import { startDocumentedProxy } from './support/documented-proxies.js';
import { bearer, longToken, type ProxiedApi, startProxiedApi } from './support/proxied-api.js';
import type { ServerProcess } from './support/server-process.js';

/** The service that knows nothing of tokens. It says what it was told, and answers preflights. */
function startService(): Server {
  return createServer((request, response) => {
    response.statusCode = request.method === 'OPTIONS' ? 204 : 200;
    if (request.url === '/broken') response.statusCode = 500;
    response.setHeader('Access-Control-Allow-Headers', 'authorization');
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, caller: headers['x-caller'] }));
  }).listen(0, '127.0.0.1');
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe.each(['nginx-auth.conf', 'Caddyfile-auth'])('With %s', (name) => {
  let api: ProxiedApi;
  let service: Server;
  let proxy: ServerProcess;

  beforeAll(async () => {
    const blocks = blocksOf(readMarkdown('docs/behind-a-proxy.md'));
    const folder = generatedFolder('behind-a-proxy');
    const { AuthController } = await importBlock(blocks, folder, 'auth.controller.ts');
    api = await startProxiedApi([AuthController as Type]);
    service = startService();
    await once(service, 'listening');
    const [one, two] = api.instances.map(({ url }) => Number(new URL(url).port));
    proxy = await startDocumentedProxy(name, { api: [one!, two!], service: portOf(service) });
  });
  afterAll(async () => {
    await proxy?.close();
    service.close();
    service.closeAllConnections();
    await once(service, 'close');
    await api.close();
  });

  const call = (path: string, options?: HttpCall): Promise<HttpAnswer> =>
    send(proxy.url + path, options);
  const tokenOf = (subject = 'alice'): string =>
    api.issuer.token({ subject, scopes: ['reports:read'] });
  const caller = (subject: string): string => encodeURIComponent(`${api.issuer.issuer}|${subject}`);

  it('the service is told who calls', async () => {
    const token = tokenOf();
    const answer = await call('/report?of=may', bearer(token));
    expect([answer.status, answer.json]).toEqual([
      200,
      { method: 'GET', url: '/report?of=may', caller: caller('alice') },
    ]);
    const posted = await call('/report', {
      ...bearer(longToken(api.issuer, ['reports:read'])),
      method: 'POST',
      body: '{}',
    });
    expect(posted.json).toMatchObject({ method: 'POST', caller: caller('alice') });
  });

  it('a client cannot say who it is', async () => {
    const claimed = ['X-Caller', 'admin'] as const;
    const { headers = [] } = bearer(tokenOf('bob'));
    const answer = await call('/report', { headers: [...headers, claimed] });
    expect(answer.json).toMatchObject({ caller: caller('bob') });
    const preflight = await call('/report', { method: 'OPTIONS', headers: [claimed] });
    expect(preflight.status).toBe(204);
    expect((await call('/report', { headers: [claimed] })).status).toBe(401);
  });

  it('every refusal reaches the client as it was sent, once', async () => {
    const good = bearer(tokenOf()).headers ?? [];
    const calls: Readonly<Record<string, HttpCall>> = {
      auth_required: {},
      token_expired: bearer(api.issuer.expiredToken()),
      signature_invalid: bearer(api.issuer.tamperedToken()),
      insufficient_scope: bearer(api.issuer.token({ scopes: ['reports:write'] })),
      invalid_request: { headers: [...good, ['Cookie', `session=${tokenOf()}`]] },
      keys_unavailable: bearer(api.broken.token()),
    };
    for (const [code, options] of Object.entries(calls)) {
      const sent = await api.instances[0].call('/auth', options);
      for (const method of ['GET', 'POST']) {
        const received = await call('/report', { ...options, method });
        expect(received.json).toMatchObject({ code });
        expect(received.text).toBe(sent.text);
        expect([received.status, received.challenge]).toEqual([sent.status, sent.challenge]);
        expect(received.headers['cache-control']).toBe('no-store');
        expect('retry-after' in received.headers).toBe('retry-after' in sent.headers);
      }
    }
  });

  it('preflights pass to the service', async () => {
    const { status, headers } = await call('/report', {
      method: 'OPTIONS',
      headers: [
        ['Origin', 'https://page.example'],
        ['Access-Control-Request-Method', 'GET'],
      ],
    });
    expect([status, headers['access-control-allow-headers']]).toEqual([204, 'authorization']);
  });

  it('a failure of the service is its own answer', async () => {
    const { status, json } = await call('/broken', bearer(tokenOf()));
    expect([status, json]).toEqual([500, expect.objectContaining({ url: '/broken' })]);
  });

  it('no caller is admitted by the path that makes the answers', async () => {
    const { status } = await api.instances[0].call('/auth/refusal', bearer(tokenOf()));
    expect(status).toBe(503);
  });
});
