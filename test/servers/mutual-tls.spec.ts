import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CertificateFormat } from 'nestjs-trusted-issuers';
import {
  createTestCertificate,
  createTestIssuer,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../support/application.js';
import { tlsClientOf } from '../support/tls-client.js';
import { startDocumentedProxy } from './support/documented-proxies.js';
import type { ServerProcess } from './support/server-process.js';

/** HAProxy can write all forms but PEM, Envoy's too. */
const hashOfEnvoy = (block: string): string =>
  block
    .replaceAll('Client-Cert', 'X-Forwarded-Client-Cert')
    .replace(':%[ssl_c_der,base64]:', 'Hash=%[ssl_c_der,sha2(256),hex,lower];By=haproxy');
const plainBase64 = (block: string): string =>
  block.replace(':%[ssl_c_der,base64]:', '%[ssl_c_der,base64]');

type Case = readonly [
  name: string,
  header: string,
  format: CertificateFormat,
  change?: (block: string) => string,
];
const CASES: readonly Case[] = [
  ['mtls-nginx.conf', 'x-client-cert', 'escaped-pem'],
  ['mtls-haproxy.cfg', 'client-cert', 'rfc9440'],
  ['mtls-haproxy.cfg', 'x-forwarded-client-cert', 'xfcc', hashOfEnvoy],
  ['mtls-haproxy.cfg', 'client-cert', 'base64-der', plainBase64],
  ['mtls-Caddyfile', 'x-client-cert', 'base64-der'],
  ['mtls-apache.conf', 'x-client-cert', 'escaped-pem'],
];

// RFC 8705 section 3, RFC 9440 sections 2.1 and 4.
describe.each(CASES)('A certificate behind %s, in %s as %s', (name, header, format, change) => {
  const server = createTestCertificate({ commonName: 'api' });
  const alice = createTestCertificate({ commonName: 'alice' });
  const mallory = createTestCertificate({ commonName: 'mallory' });
  let issuer: TestIssuer;
  let api: TestApplication;
  let proxy: ServerProcess;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    api = await startApplication({
      issuers: [issuer.config()],
      mtls: {
        mode: 'allowed',
        certificate: { header, format, trustedProxies: ['127.0.0.0/8'] },
      },
    });
    const certificates = {
      'api.pem': server.cert,
      'api.key': server.key,
      'api-and-key.pem': server.cert + server.key,
      'clients.pem': server.cert,
    };
    const port = Number(new URL(api.url).port);
    proxy = await startDocumentedProxy(name, { api: [port], certificates }, change);
  });
  afterAll(async () => {
    await proxy?.close();
    await api.close();
    await issuer.close();
  });

  const clientWith = (certificate?: typeof alice) =>
    tlsClientOf(`https://localhost:${proxy.port}`, server, certificate);
  const boundTo = (certificate: typeof alice): { Authorization: string } => ({
    Authorization: `Bearer ${issuer.token({ certificate })}`,
  });
  const NOT_BOUND = {
    status: 401,
    json: expect.objectContaining({ code: 'token_binding_invalid' }),
  };

  it('is the one that its token names, also on a resumed session', async () => {
    const client = clientWith(alice);
    const answers = [];
    for (let times = 0; times < 3; times++)
      answers.push(await client.get('/notes', boundTo(alice)));
    client.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.at(-1)?.isResumed).toBe(true);
  });

  it('is none where the client has another, or none', async () => {
    for (const client of [clientWith(mallory), clientWith()]) {
      expect(await client.get('/notes', boundTo(alice))).toMatchObject(NOT_BOUND);
      client.close();
    }
  });

  it('is not what a client writes into the header itself', async () => {
    const written: Readonly<Record<CertificateFormat, string>> = {
      rfc9440: `:${alice.der.toString('base64')}:`,
      xfcc: `Hash=${Buffer.from(alice.thumbprint, 'base64url').toString('hex')}`,
      'escaped-pem': encodeURIComponent(alice.cert),
      'base64-der': alice.der.toString('base64'),
    };
    for (const client of [clientWith(mallory), clientWith()]) {
      for (const value of [written[format], [written[format], written[format]]])
        expect(await client.get('/notes', { ...boundTo(alice), [header]: value })).toMatchObject(
          NOT_BOUND,
        );
      client.close();
    }
    // Without the proxy, and so from the address of one: the header is believed, as the option says.
    const direct = await api.call('/notes', {
      headers: [
        ['Authorization', boundTo(alice).Authorization],
        [header, written[format]],
      ],
    });
    expect(direct.status).toBe(200);
  });

  it('is not needed for a token that is bound to none', async () => {
    const client = clientWith();
    const headers = { Authorization: `Bearer ${issuer.token()}` };
    expect((await client.get('/notes', headers)).status).toBe(200);
    client.close();
  });
});
