import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuerKeysConfig, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApplication, type TestApplication } from '../support/application.js';
import { opened } from '../support/opened.js';

const { keep, issuer: issuerWith } = opened();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'key-sources-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function trusting(...issuers: TrustedIssuerConfig[]): Promise<TestApplication> {
  const application = await startApplication({ issuers });
  keep(application);
  return application;
}

const publicKeyOf = (issuer: TestIssuer) =>
  createPublicKey({ key: issuer.jwks.keys[0] as JsonWebKey, format: 'jwk' });

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' });

describe('Key sources', () => {
  const withoutNetwork: [string, (issuer: TestIssuer) => IssuerKeysConfig][] = [
    ['jwks', ({ jwks }) => ({ jwks })],
    ['publicKey as KeyObject', (issuer) => ({ publicKey: publicKeyOf(issuer) })],
    [
      'publicKey as PEM',
      (issuer) => ({
        publicKey: publicKeyOf(issuer).export({ type: 'spki', format: 'pem' }).toString(),
      }),
    ],
  ];

  it.each(withoutNetwork)('%s: no request at all', async (_name, keys) => {
    const issuer = await issuerWith();
    const other = await issuerWith();
    const application = await trusting(issuer.config({ keys: keys(issuer) }));
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    const forged = other.token({ claims: { iss: issuer.issuer } });
    expect((await application.get('/notes', forged)).json).toMatchObject({
      code: 'signature_invalid',
    });
    expect(issuer.requests).toEqual([]);
  });

  it.each(withoutNetwork)('%s: a verified token is remembered', async (_name, keys) => {
    const issuer = await issuerWith();
    const remembered: boolean[] = [];
    const application = await startApplication({
      issuers: [issuer.config({ keys: keys(issuer) })],
      observer: { authenticated: (event) => void remembered.push(event.remembered) },
    });
    keep(application);
    const token = issuer.token();
    for (let time = 0; time < 2; time++)
      expect((await application.get('/notes', token)).status).toBe(200);
    expect(remembered).toEqual([false, true]);
  });

  it('a form given as undefined counts as not given', async () => {
    const issuer = await issuerWith();
    const keys = { jwks: undefined, secret: undefined, jwksUri: issuer.jwksUri } as never;
    const application = await trusting(issuer.config({ keys }));
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
  });

  it('several public keys: each is tried', async () => {
    const [old, current] = [await issuerWith(), await issuerWith()];
    const application = await trusting(
      current.config({ keys: { publicKey: [publicKeyOf(old), publicKeyOf(current)] } }),
    );
    expect((await application.get('/notes', current.token())).status).toBe(200);
    const byOld = old.token({ claims: { iss: current.issuer } });
    expect((await application.get('/notes', byOld)).status).toBe(200);
  });

  it.each([
    ['jwks', (keys: readonly KeyObject[]) => ({ jwks: { keys: keys.map(jwkOf) } })],
    ['publicKey', (keys: readonly KeyObject[]) => ({ publicKey: keys })],
  ])(
    '%s: of keys without kid 16 are tried, and the log and a 503 say that the 17th is not',
    async (_form, keysOf) => {
      const issuers = await Promise.all(Array.from({ length: 17 }, () => issuerWith()));
      const [first] = issuers as [TestIssuer];
      const keys = keysOf(issuers.map(publicKeyOf)) as IssuerKeysConfig;
      const application = await trusting(first.config({ keys }));
      const statuses = [];
      for (const signer of issuers) {
        const token = signer.token({ claims: { iss: first.issuer } });
        statuses.push((await application.get('/notes', token)).status);
      }
      expect(statuses).toEqual([...Array(16).fill(200), 503]);
      expect(application.log.text('warn')).toContain(
        `keys of ${first.issuer} ignored: for a token without a kid, keys beyond the first 16 of ES256`,
      );
    },
  );

  it('algorithms without a key, and keys without an algorithm, do no harm', async () => {
    const [named, other] = [await issuerWith(), await issuerWith({ algorithm: 'RS256' })];
    const publicKey = [publicKeyOf(named), publicKeyOf(other)];
    const application = await trusting(
      named.config({ keys: { publicKey }, algorithms: ['ES256', 'PS256'] }),
    );
    expect((await application.get('/notes', named.token())).status).toBe(200);
    const unnamed = other.token({ claims: { iss: named.issuer } });
    expect((await application.get('/notes', unnamed)).json).toMatchObject({
      code: 'signature_invalid',
    });
  });

  it('secret: as bytes and as text', async () => {
    const issuer = await issuerWith({ algorithm: 'HS256' });
    const bytes = await trusting(issuer.config());
    expect((await bytes.get('/notes', issuer.token())).status).toBe(200);
    const { default: jwt } = await import('jsonwebtoken');
    const secret = 'correct horse battery staple, and more';
    const text = await trusting(issuer.config({ keys: { secret } }));
    const token = jwt.sign({ aud: 'https://api.example.com', sub: 'alice' }, secret, {
      expiresIn: 60,
      issuer: issuer.issuer,
    });
    expect((await text.get('/notes', token)).status).toBe(200);
    expect((await text.get('/notes', issuer.token())).status).toBe(401);
  });

  it('jwksFile', async () => {
    const issuer = await issuerWith();
    const jwksFile = join(directory, 'keys.json');
    // With a byte order mark, as some editors write it.
    await writeFile(jwksFile, `\uFEFF${JSON.stringify(issuer.jwks)}`);
    const application = await trusting(issuer.config({ keys: { jwksFile } }));
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    expect(issuer.requests).toEqual([]);
  });

  it('discovery: OpenID Connect first, RFC 8414 when that is missing', async () => {
    const both = await issuerWith({ path: '/tenants/a' });
    const oauth = await issuerWith({ path: '/tenants/a', discovery: 'oauth' });
    const application = await trusting(both.config(), oauth.config());
    expect((await application.get('/notes', both.token())).status).toBe(200);
    expect((await application.get('/notes', oauth.token())).status).toBe(200);
    expect(both.requests.map(({ path }) => path)).toEqual([
      '/tenants/a/.well-known/openid-configuration',
      new URL(both.jwksUri).pathname,
    ]);
    expect(oauth.requests.map(({ path }) => path)).toEqual([
      '/tenants/a/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/tenants/a',
      new URL(oauth.jwksUri).pathname,
    ]);
  });

  it('discovery: a document of another issuer is not believed, and the log names both', async () => {
    const issuer = await issuerWith();
    const slash = `${issuer.issuer}/`;
    const application = await trusting({ ...issuer.config(), issuer: slash });
    const answer = await application.get('/notes', issuer.token({ claims: { iss: slash } }));
    expect(answer.status).toBe(503);
    expect(application.log.text('error')).toContain(`"${issuer.issuer}"`);
    expect(application.log.text('error')).toContain(`"${slash}"`);
  });

  it('discovery at an address of its own', async () => {
    const issuer = await issuerWith({ path: '/a' });
    const discovery = `${issuer.issuer}/.well-known/openid-configuration`;
    const application = await trusting(issuer.config({ keys: { discovery } }));
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
  });

  it('jwksUri: several are one set', async () => {
    const [here, there] = [await issuerWith(), await issuerWith()];
    const jwksUri = [here.jwksUri, there.jwksUri];
    const application = await trusting(here.config({ keys: { jwksUri } }));
    expect((await application.get('/notes', here.token())).status).toBe(200);
    const byOther = there.token({ claims: { iss: here.issuer } });
    expect((await application.get('/notes', byOther)).status).toBe(200);
  });

  it('one fetch serves many concurrent first requests', async () => {
    const issuer = await issuerWith({ discovery: 'none' });
    const application = await trusting(issuer.config());
    const tokens = Array.from({ length: 100 }, () => issuer.token());
    const answers = await Promise.all(tokens.map((token) => application.get('/notes', token)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(issuer.requests.length).toBe(1);
  });

  it('a rotated key is found; an expired token of a key that is gone asks for refresh, without a fetch', async () => {
    const issuer = await issuerWith({ discovery: 'none' });
    const application = await trusting(issuer.config());
    const stale = issuer.expiredToken();
    await application.get('/notes', issuer.token());
    await issuer.rotateKeys({ keepOld: false });
    const newKeyed = issuer.expiredToken();
    const before = issuer.requests.length;
    expect((await application.get('/notes', newKeyed)).json).toMatchObject({
      code: 'token_expired',
    });
    expect(await application.get('/notes', stale)).toBeUnauthorized('token_expired');
    expect(issuer.requests.length).toBe(before);
  });

  it('headers are asked for before each fetch', async () => {
    const seen: (string | undefined)[] = [];
    const issuer = await issuerWith({ listen: false, discovery: 'none' });
    let count = 0;
    const application = await trusting(
      issuer.config({
        http: {
          headers: async () => ({ authorization: `Bearer credential-${++count}` }),
          fetch: (url, init) => {
            seen.push(init.headers['authorization']);
            return issuer.fetch(url, init);
          },
        },
      }),
    );
    expect((await application.get('/notes', issuer.token())).status).toBe(200);
    expect(seen).toEqual(['Bearer credential-1']);
  });
});
