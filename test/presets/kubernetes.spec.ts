import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { kubernetes, type KubernetesOptions } from 'nestjs-trusted-issuers/presets';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { startVerifier } from '../support/verifier.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const AUDIENCE = 'https://notes.example.svc';

let issuer: TestIssuer;
let server: Server;
let jwksUri: string;
let folder: string;
const received: { authorization?: string; accept?: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
  writeFileSync(join(folder, 'token'), 'first-token\n');
  writeFileSync(join(folder, 'other.crt'), rootCertificates[0] ?? '');
  issuer = await createTestIssuer({ listen: false, algorithm: 'RS256' });
  const pair = {
    cert: readFileSync(fixture('authority.pem')),
    key: readFileSync(fixture('server-key.pem')),
  };
  server = createServer(pair, ({ headers, url }, response) => {
    received.push({ authorization: headers.authorization, accept: headers.accept });
    // What an API server does with a client that asks for JSON alone.
    const isAcceptable = headers.accept?.includes('application/jwk-set+json');
    if (url !== '/openid/v1/jwks' || !isAcceptable) response.writeHead(406).end();
    else response.end(JSON.stringify(issuer.jwks));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  jwksUri = `https://127.0.0.1:${(server.address() as AddressInfo).port}/openid/v1/jwks`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const preset = (options: KubernetesOptions = {}): TrustedIssuerConfig =>
  kubernetes({
    audience: AUDIENCE,
    jwksUri,
    caFile: fixture('authority.pem'),
    tokenFile: join(folder, 'token'),
    ...options,
  });

/** A token of a projected volume. */
function token(changes: object = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  return issuer.sign(
    { alg: 'RS256', kid: issuer.kid },
    {
      iss: ISSUER,
      aud: [AUDIENCE],
      sub: 'system:serviceaccount:shop:checkout',
      iat: now,
      nbf: now,
      exp: now + 600,
      'kubernetes.io': {
        namespace: 'shop',
        pod: { name: 'checkout-1', uid: 'u1' },
        serviceaccount: { name: 'checkout', uid: 'u2' },
      },
      ...changes,
    },
  );
}

describe('kubernetes', () => {
  it('lets a pod in, by the cluster’s authority and token', async () => {
    received.length = 0;
    const { verify } = await startVerifier({ issuers: [preset()] });
    expect(await verify(token())).toMatchObject({
      issuer: ISSUER,
      subject: 'system:serviceaccount:shop:checkout',
      tenant: 'shop',
      audience: [AUDIENCE],
    });
    expect(received).toEqual([
      { authorization: 'Bearer first-token', accept: expect.stringContaining('jwk-set+json') },
    ]);
  });

  it('reads its own token again for each fetch', async () => {
    const { issuers, outcome } = await startVerifier({ issuers: [preset()] });
    received.length = 0;
    writeFileSync(join(folder, 'token'), 'renewed-token');
    expect(await outcome(token())).toBe('accepted');
    issuers.replace(preset({ tokenFile: null }));
    expect(await outcome(token())).toBe('accepted');
    expect(received.map(({ authorization }) => authorization)).toEqual([
      'Bearer renewed-token',
      undefined,
    ]);
  });

  it.each<[string, KubernetesOptions]>([
    ['another authority', { caFile: '' }],
    ['the authorities of Node.js', { caFile: null }],
    ['no authority file', { caFile: '/nowhere/ca.crt' }],
    ['no token file', { tokenFile: '/nowhere/token' }],
    ['an address that is not there', { jwksUri: '' }],
  ])('%s: 503, and the token is in no log', async (_what, options) => {
    const { outcome, log } = await startVerifier({
      issuers: [
        preset({
          ...options,
          ...(options.caFile === '' && { caFile: join(folder, 'other.crt') }),
          ...(options.jwksUri === '' && { jwksUri: jwksUri.replace('/openid', '/other') }),
        }),
      ],
    });
    expect(await outcome(token())).toBe('keys_unavailable');
    expect(log.text()).not.toMatch(/first-token|renewed-token/);
  });

  it('keeps the deadline', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const config = preset({ jwksUri: address });
    const { outcome } = await startVerifier({
      issuers: [{ ...config, http: { ...config.http, timeoutMs: 30 } }],
    });
    expect(await outcome(token())).toBe('keys_unavailable');
    silent.close();
  });

  it.each<[string, object, string]>([
    [
      'a token of old',
      { iss: 'kubernetes/serviceaccount', aud: undefined, exp: undefined },
      'issuer_untrusted',
    ],
    ['one that never expires', { exp: undefined }, 'claims_invalid'],
    ['the token for the API server', { aud: [ISSUER] }, 'audience_invalid'],
    ['no audience', { aud: undefined }, 'audience_invalid'],
    ['another namespace', { sub: 'system:serviceaccount:attic:checkout' }, 'claims_invalid'],
    [
      'another cluster',
      { iss: 'https://oidc.eks.eu-west-1.amazonaws.com/id/A' },
      'issuer_untrusted',
    ],
  ])('refuses %s', async (_what, changes, code) => {
    const { outcome } = await startVerifier({
      issuers: [preset({ serviceAccounts: ['shop:checkout', 'shop:billing'] })],
    });
    expect(await outcome(token())).toBe('accepted');
    expect(await outcome(token(changes))).toBe(code);
  });

  it('by default goes by what is mounted into every pod', async () => {
    const { keys, issuer: name, http } = kubernetes({ audience: AUDIENCE });
    expect([name, keys]).toEqual([
      ISSUER,
      { jwksUri: 'https://kubernetes.default.svc/openid/v1/jwks' },
    ]);
    const headers = http?.headers as () => Promise<unknown>;
    await expect(headers()).rejects.toThrow('/var/run/secrets/kubernetes.io/serviceaccount/token');
  });
});
