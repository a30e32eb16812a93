import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpConfig, HttpFetch } from 'nestjs-trusted-issuers';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createProxy, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch, ProxyAgent } from 'undici';
import {
  eventually,
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import { fail, late, redirectTo, sendJson } from '../support/steerable-key-server.js';

const scene = keyScene();
let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'keys-'))));
afterAll(() => rmSync(directory, { recursive: true }));

describe('Kubernetes and its like', () => {
  it('406 unless application/jwk-set+json is accepted', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    server.reply((incoming, response) => {
      const isAccepted = incoming.headers.accept?.includes('application/jwk-set+json') ?? false;
      (isAccepted ? sendJson(server.issuer.jwks) : fail(406))(incoming, response);
    });
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });

  it('a bearer token is read from its file before each fetch, its line break dropped', async () => {
    const server = await scene.keyServer();
    const path = join(directory, 'token');
    const addresses: string[] = [];
    const headers = async (url: string) => {
      addresses.push(url);
      return { Authorization: `Bearer ${await readFile(path, 'utf8')}` };
    };
    const application = await scene.start({ issuers: [server.config({ http: { headers } })] });
    writeFileSync(path, 'first\n');
    expectAccepted(await application.get('/notes', server.issuer.token()));
    writeFileSync(path, 'second\n');
    await server.issuer.rotateKeys();
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(server.hits.map((hit) => hit.headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
    expect(addresses).toEqual([server.issuer.jwksUri, server.issuer.jwksUri]);
  });

  it('a header that cannot be sent: its value is not in the log', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({
      issuers: [server.config({ http: { headers: () => ({ authorization: 'sec\nret' }) } })],
    });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text()).toContain(
      'http.headers returned a value that is not allowed in a header',
    );
    expect(application.log.text()).not.toContain('ret\n');
  });

  it('a function that gives the headers and fails is named in the log', async () => {
    const server = await scene.keyServer();
    const headers = () => Promise.reject(new Error('no such file'));
    const application = await scene.start({ issuers: [server.config({ http: { headers } })] });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text()).toContain('http.headers failed (no such file)');
  });

  it('a function that gives the headers as an object whose contents are no members fails', async () => {
    const server = await scene.keyServer();
    const headers = () => new Headers({ authorization: 'hush' }) as never;
    const application = await scene.start({ issuers: [server.config({ http: { headers } })] });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text()).toContain(
      'http.headers did not return a plain object of names and values',
    );
    expect(server.hits).toEqual([]);
  });

  it('the query of an address is sent, and not logged', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({
      issuers: [server.config({ keys: { jwksUri: `${server.origin}/jwks?code=hush` } })],
    });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text()).not.toContain('hush');
    server.reply(server.issuer.jwks, '/jwks?code=hush');
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });
});

describe('A redirect within the origin', () => {
  const clients: [string, HttpConfig][] = [
    ['of the built-in client', {}],
    ['of the application’s fetch', { fetch: undiciFetch as never }],
  ];

  it.each(clients)('%s is followed, headers and all', async (_name, http) => {
    const server = await scene.keyServer();
    server.reply(redirectTo('/b?v=2#top'));
    server.reply(redirectTo(`${server.origin}/c`), '/b?v=2');
    server.reply(server.issuer.jwks, '/c');
    const application = await scene.start({
      issuers: [server.config({ http: { ...http, headers: { 'x-key': 'k' } } })],
    });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(server.hits.map(({ path, headers }) => [path, headers['x-key']])).toEqual([
      ['/jwks', 'k'],
      ['/b?v=2', 'k'],
      ['/c', 'k'],
    ]);
  });

  it.each(clients)('%s is followed three times', async (_name, http) => {
    const server = await scene.keyServer();
    server.reply(redirectTo('/jwks'));
    const application = await scene.start({ issuers: [server.config({ http })] });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text('error')).toContain('status 302');
    expect(server.hits.length).toBe(4);
  });

  it('is followed from the metadata as well', async () => {
    const server = await scene.keyServer();
    server.reply(redirectTo('/metadata'), '/.well-known/openid-configuration');
    const { issuer, jwksUri } = server.issuer;
    server.reply({ issuer, jwks_uri: jwksUri }, '/metadata');
    const application = await scene.start({
      issuers: [{ issuer, audience: 'https://api.example.com' }],
    });
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });
});

describe('A fetch of the application that fails', () => {
  it('with causes behind causes: 503, and the log has the first of them', async () => {
    const server = await scene.keyServer();
    const last = new Error('the last');
    const behind = Array.from({ length: 9 }).reduceRight<Error>(
      (cause, _, at) => new Error(`cause ${at}`, { cause }),
      last,
    );
    const fetch: HttpFetch = () => Promise.reject(new Error('proxy down', { cause: behind }));
    const application = await scene.start({ issuers: [server.config({ http: { fetch } })] });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text('error')).toContain('proxy down (cause 0 (cause 1');
    expect(application.log.text('error')).not.toContain('the last');
  });
});

describe('Several jwksUri', () => {
  async function withTwo() {
    const [one, two] = [await scene.keyServer(), await scene.keyServer()];
    await two.issuer.rotateKeys(); // a kid of its own
    const jwksUri = [one.issuer.jwksUri, two.issuer.jwksUri];
    const application = await scene.start({ issuers: [one.config({ keys: { jwksUri } })] });
    const byOne = () => one.issuer.token({ expiresInSeconds: 7_200 });
    const byTwo = () => two.issuer.token({ claims: { iss: one.origin }, expiresInSeconds: 7_200 });
    return { one, two, application, byOne, byTwo };
  }

  it('one fails when it is first asked: the other’s keys serve, the rest is 503', async () => {
    const { two, application, byOne, byTwo } = await withTwo();
    two.reply(fail(500));
    expectAccepted(await application.get('/notes', byOne()));
    expectUnavailable(await application.get('/notes', byTwo()));
    two.comeBack();
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', byTwo()));
  });

  it('one fails later: its last good keys stay', async () => {
    const { one, two, application, byOne, byTwo } = await withTwo();
    expectAccepted(await application.get('/notes', byOne()));
    expectAccepted(await application.get('/notes', byTwo()));
    two.reply(fail(500));
    for (let minute = 0; minute < 59; minute++) {
      scene.clock.advance(60);
      expectAccepted(await application.get('/notes', byOne()));
      expectAccepted(await application.get('/notes', byTwo()));
    }
    scene.clock.advance(60);
    expectAccepted(await application.get('/notes', byOne()));
    expectUnavailable(await application.get('/notes', byTwo()));
    expectUnavailable(await application.get('/notes', one.issuer.token({ kid: 'nobody’s' })));
  });

  it('a known key waits for no slow server', async () => {
    const { one, two, application, byOne } = await withTwo();
    expectAccepted(await application.get('/notes', byOne()));
    two.reply(late(60_000, () => two.issuer.jwks));
    scene.clock.advance(600);
    expectAccepted(await application.get('/notes', byOne()));
    await eventually(() => expect(one.keyHits).toBe(2));
  });

  it('both answer: a kid that neither knows is 401', async () => {
    const { one, application } = await withTwo();
    expectRefused(
      await application.get('/notes', one.issuer.token({ kid: 'nobody’s' })),
      'signature_invalid',
    );
  });
});

describe('jwksFile', () => {
  it('is read again after a minute, and for an unknown kid at once', async () => {
    const server = await scene.keyServer();
    const jwksFile = join(directory, 'keys.json');
    const save = (): void => writeFileSync(jwksFile, JSON.stringify(server.issuer.jwks));
    save();
    const application = await scene.start({ issuers: [server.config({ keys: { jwksFile } })] });
    const old = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', old));
    await server.issuer.rotateKeys();
    save();
    expectAccepted(await application.get('/notes', server.issuer.token()));
    server.issuer.removeOldKeys();
    save();
    scene.clock.advance(60);
    await eventually(async () =>
      expectRefused(await application.get('/notes', old), 'signature_invalid'),
    );
    writeFileSync(jwksFile, 'half a fi');
    scene.clock.advance(60);
    expectAccepted(await application.get('/notes', server.issuer.token()));
    await eventually(() => expect(application.log.text('warn')).toContain('is not a JSON file'));
    expect(server.hits).toEqual([]);
  });
});

describe('http.fetch with undici', () => {
  it('a private certificate authority', async () => {
    const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'ca.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
        ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ],
      { stdio: 'ignore' },
    );
    const server = await scene.keyServer();
    const secure = createHttpsServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (incoming, response) => sendJson(server.issuer.jwks)(incoming, response),
    ).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const keys = { jwksUri: `https://localhost:${(secure.address() as AddressInfo).port}/jwks` };

    const dispatcher = new Agent({ connect: { ca: readFileSync(certificate, 'utf8') } });
    const fetch: HttpFetch = (url, init) => undiciFetch(url, { ...init, dispatcher });
    scene.closing(dispatcher);
    scene.closing({ close: async () => void secure.close().closeAllConnections() });

    const without = await scene.start({ issuers: [server.config({ keys })] });
    expectUnavailable(await without.get('/notes', server.issuer.token()));
    expect(without.log.text('error')).toMatch(/SELF_SIGNED_CERT/);
    const application = await scene.start({ issuers: [server.config({ keys, http: { fetch } })] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });

  it('an HTTP proxy', async () => {
    const server = await scene.keyServer();
    const proxied: string[] = [];
    const proxy = createProxy((incoming, response) => {
      proxied.push(String(incoming.url));
      request(String(incoming.url), (answer) => answer.pipe(response)).end();
    });
    proxy.on('connect', (incoming, socket, head) => {
      proxied.push(String(incoming.url));
      const { hostname, port } = new URL(`http://${incoming.url}`);
      const onward = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const dispatcher = new ProxyAgent(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    const fetch: HttpFetch = (url, init) => undiciFetch(url, { ...init, dispatcher });
    scene.closing({ close: async () => void proxy.close().closeAllConnections() });
    scene.closing(dispatcher);
    const application = await scene.start({ issuers: [server.config({ http: { fetch } })] });
    expectAccepted(await application.get('/notes', server.issuer.token()));
    expect(proxied.length).toBe(1);
    expect(proxied[0]).toContain(new URL(server.origin).host);
  });

  it('what a fetch of the application sends is bounded as well', async () => {
    const server = await scene.keyServer();
    const fetch: HttpFetch = async () =>
      new Response(new Blob([Buffer.alloc(300_000, ' ')]).stream()) as never;
    const application = await scene.start({ issuers: [server.config({ http: { fetch } })] });
    expectUnavailable(await application.get('/notes', server.issuer.token()));
    expect(application.log.text('error')).toContain('more than 262144 bytes');
  });
});
