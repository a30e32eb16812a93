import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '../../../src/testing/create-test-issuer.js';
import type { TestIssuer } from '../../../src/testing/test-issuer.js';
import { httpGet, networkFetch } from './http-get.js';

let issuer: TestIssuer;

afterEach(() => issuer.close());

async function get(path: string): Promise<{ status: number; document: unknown }> {
  const { status, bytes } = await httpGet(networkFetch, new URL(path, issuer.issuer).href);
  return { status, document: bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined };
}

const OIDC = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

describe('an issuer without a path', () => {
  it('is named by the address it listens on', async () => {
    issuer = await createTestIssuer();
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each([OIDC, OAUTH])('serves %s', async (path) => {
    issuer = await createTestIssuer({ algorithm: 'EdDSA' });
    expect(await get(path)).toEqual({
      status: 200,
      document: {
        issuer: issuer.issuer,
        authorization_endpoint: `${issuer.issuer}/authorize`,
        token_endpoint: `${issuer.issuer}/token`,
        jwks_uri: `${issuer.issuer}/jwks`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'client_credentials'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['EdDSA'],
      },
    });
  });

  it('serves its public keys', async () => {
    issuer = await createTestIssuer();
    expect(await get('/jwks')).toEqual({ status: 200, document: issuer.jwks });
  });

  it('answers 404 elsewhere', async () => {
    issuer = await createTestIssuer();
    expect(await get('/elsewhere')).toEqual({ status: 404, document: undefined });
  });

  it('takes no notice of a query', async () => {
    issuer = await createTestIssuer();
    expect(await get('/jwks?v=2')).toMatchObject({ status: 200 });
  });

  it('answers 405 to another method', async () => {
    issuer = await createTestIssuer();
    expect((await fetch(issuer.jwksUri, { method: 'POST', body: 'x' })).status).toBe(405);
  });
});

describe('the documents there are', () => {
  it.each([
    ['both', 200, 200],
    ['oidc', 200, 404],
    ['oauth', 404, 200],
    ['none', 404, 404],
  ] as const)('with discovery %s', async (discovery, oidc, oauth) => {
    issuer = await createTestIssuer({ discovery });
    expect((await get(OIDC)).status).toBe(oidc);
    expect((await get(OAUTH)).status).toBe(oauth);
    expect((await get('/jwks')).status).toBe(200);
  });
});

describe('an issuer with a path', () => {
  it('has it in its name', async () => {
    issuer = await createTestIssuer({ path: '/realms/a' });
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/realms\/a$/);
  });

  it.each([`/realms/a${OIDC}`, `${OAUTH}/realms/a`])('serves %s', async (path) => {
    issuer = await createTestIssuer({ path: '/realms/a' });
    expect(await get(path)).toMatchObject({
      status: 200,
      document: { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks` },
    });
  });

  it.each([OIDC, OAUTH])('does not serve %s', async (path) => {
    issuer = await createTestIssuer({ path: '/realms/a' });
    expect((await get(path)).status).toBe(404);
  });

  it('serves its keys below it', async () => {
    issuer = await createTestIssuer({ path: '/realms/a' });
    expect(await get('/realms/a/jwks')).toEqual({ status: 200, document: issuer.jwks });
  });
});

describe('an issuer that ends with a slash', () => {
  it.each([
    ['/', OIDC],
    ['/', OAUTH],
    ['/t/', `/t${OIDC}`],
    ['/t/', `${OAUTH}/t`],
  ])('%s keeps it in its name and drops it in %s', async (path, document) => {
    issuer = await createTestIssuer({ path });
    expect(issuer.issuer.endsWith(path)).toBe(true);
    expect(await get(document)).toMatchObject({
      status: 200,
      document: { issuer: issuer.issuer, jwks_uri: issuer.jwksUri },
    });
    expect((await get(issuer.jwksUri)).status).toBe(200);
  });
});
