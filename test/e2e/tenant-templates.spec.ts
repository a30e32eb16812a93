import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectRefusal } from '../support/attack.js';
import { inMemory } from '../support/in-memory.js';
import { startVerifier } from '../support/verifier.js';

const ORIGIN = 'https://login.microsoftonline.com';
const TEMPLATE = `${ORIGIN}/{tenantid}/v2.0`;
const DOCUMENT = `${ORIGIN}/organizations/v2.0/.well-known/openid-configuration`;
const KEYS = `${ORIGIN}/organizations/discovery/v2.0/keys`;
const ACME = '11111111-aaaa-bbbb-cccc-222222222222';
const OTHER = '33333333-aaaa-bbbb-cccc-444444444444';
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

const issuerOf = (tenant: string): string => TEMPLATE.replace('{tenantid}', tenant);

/** A token as a tenant's issuer gives it. */
function tokenOf(issuer: TestIssuer, tenant: string, claims: object = {}): string {
  return issuer.token({ claims: { iss: issuerOf(tenant), tid: tenant, ...claims } });
}

/** The issuer's keys, each bound to an issuer. */
function boundKeys(issuer: TestIssuer, bound: unknown): { keys: object[] } {
  return { keys: issuer.jwks.keys.map((key) => ({ ...key, issuer: bound })) };
}

/** Keys by discovery, as Entra publishes them: the document names the template literally. */
function published(issuer: TestIssuer, bound: unknown = TEMPLATE): Partial<TrustedIssuerConfig> {
  const { fetch } = inMemory({
    [DOCUMENT]: { issuer: TEMPLATE, jwks_uri: KEYS },
    [KEYS]: boundKeys(issuer, bound),
  });
  return { keys: { discovery: DOCUMENT }, http: { fetch } };
}

describe.each(ADAPTERS)('A template for any tenant on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false, algorithm: 'RS256' });
    application = await startApplication(
      {
        audience: 'https://api.example.com',
        issuers: [{ issuer: TEMPLATE, tenants: 'any', ...published(issuer) }],
      },
      { adapter },
    );
  });
  afterAll(() => application.close());

  it('lets every tenant in, each under its own name', async () => {
    const answers = await Promise.all(
      [ACME, OTHER].map((tenant) => application.get('/notes/identity', tokenOf(issuer, tenant))),
    );
    const identities = answers.map(({ json }) => json as Identity);
    expect(identities).toMatchObject(
      [ACME, OTHER].map((tenant) => ({
        issuer: issuerOf(tenant),
        id: `${issuerOf(tenant)}|alice`,
        tenant,
      })),
    );
  });

  it.each([
    `https://login.microsoftonline.com.evil.com/${ACME}/v2.0`,
    `https://evil.com/https://login.microsoftonline.com/${ACME}/v2.0`,
    `https://login.microsoftonline.com@evil.com/${ACME}/v2.0`,
    `https://evil.com#https://login.microsoftonline.com/${ACME}/v2.0`,
    `https://login.microsoftonline.com/${ACME}/v2.0/`,
    `https://login.microsoftonline.com/${ACME}/v2.0.evil`,
    `https://login.microsoftonline.com/${ACME}/v2.0/${ACME}`,
    `https://login.microsoftonline.com/x/${ACME}/v2.0`,
    `https://login.microsoftonline.com/${ACME}/${ACME}/v2.0`,
    `https://login.microsoftonline.com/${ACME}x/v2.0`,
    `https://login.microsoftonline.com/${ACME.toUpperCase()}/v2.0`,
    `https://login.microsoftonline.com//${ACME}/v2.0`,
    `https://login.microsoftonline.com/../${ACME}/v2.0`,
    `http://login.microsoftonline.com/${ACME}/v2.0`,
    `https://LOGIN.microsoftonline.com/${ACME}/v2.0`,
    `https://login.microsoftonline.com:443/${ACME}/v2.0`,
    `https://login.microsoftonline.com/${ACME}`,
    `\nhttps://login.microsoftonline.com/${ACME}/v2.0`,
    `https://login.microsoftonline.com/${ACME}/v2.0\n`,
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/organizations/v2.0',
    'https://login.microsoftonline.com//v2.0',
    TEMPLATE,
    [issuerOf(ACME)],
    { toString: 'x' },
  ])('%j is not of the template', async (iss) => {
    const token = issuer.token({ claims: { iss, tid: ACME } });
    const target = { application, good: () => tokenOf(issuer, ACME) };
    await expectRefusal(target, token, 'issuer_untrusted');
  });

  it.each([undefined, OTHER, ACME.toUpperCase(), [ACME], '', null])(
    '"tid" %j is not the tenant of "iss"',
    async (tid) => {
      const target = { application, good: () => tokenOf(issuer, ACME) };
      await expectRefusal(target, tokenOf(issuer, ACME, { tid }), 'claims_invalid');
    },
  );
});

it('A tenant out of a token is not in the log, whatever becomes of the token', async () => {
  const issuer = await createTestIssuer({ listen: false, algorithm: 'RS256' });
  const application = await startApplication({
    audience: 'https://api.example.com',
    issuers: [{ issuer: TEMPLATE, tenants: 'any', ...published(issuer) }],
    isRevoked: ({ subject }) => subject === 'mallory',
  });
  const tokens = [
    tokenOf(issuer, ACME, { sub: 'mallory' }),
    tokenOf(issuer, ACME, { sub: '' }),
    tokenOf(issuer, ACME, { aud: 'another' }),
    tokenOf(issuer, ACME, { exp: 1 }),
    tokenOf(issuer, ACME, { tid: OTHER }),
    issuer.token({ claims: { iss: issuerOf(ACME), tid: ACME }, header: { alg: 'ES256' } }),
    `${tokenOf(issuer, ACME)}x`,
  ];
  for (const token of tokens) expect((await application.get('/notes', token)).status).toBe(401);
  await application.close();
  const text = application.log.text();
  expect(text).toContain(`token_revoked: isRevoked says so (${TEMPLATE})`);
  expect(text).toContain(`claims_invalid: no subject in sub`);
  expect(text).not.toContain(ACME);
});

describe('A template for listed tenants', () => {
  it('admits those, and asks no function about another', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { fetch, requests } = inMemory({ [KEYS]: issuer.jwks });
    const { outcome, verify } = await startVerifier({
      audience: 'https://api.example.com',
      issuers: [
        { issuer: TEMPLATE, tenants: [ACME, CONSUMERS], keys: { jwksUri: KEYS }, http: { fetch } },
      ],
    });
    expect(await outcome(tokenOf(issuer, OTHER))).toBe('issuer_untrusted');
    expect(requests).toEqual([]);
    expect(await verify(tokenOf(issuer, ACME))).toMatchObject({
      issuer: issuerOf(ACME),
      tenant: ACME,
    });
    expect(await outcome(tokenOf(issuer, CONSUMERS))).toBe('accepted');
    expect(await outcome(tokenOf(issuer, ACME, { tid: CONSUMERS }))).toBe('claims_invalid');
    expect(requests).toEqual([KEYS]);
  });

  it('an issuer listed by itself wins over a template for any tenant', async () => {
    const [all, own] = [
      await createTestIssuer({ listen: false }),
      await createTestIssuer({ listen: false }),
    ];
    const { outcome } = await startVerifier({
      audience: 'https://api.example.com',
      issuers: [
        { issuer: TEMPLATE, tenants: 'any', keys: { jwks: all.jwks } },
        { issuer: issuerOf(ACME), keys: { jwks: own.jwks } },
      ],
    });
    expect(await outcome(tokenOf(own, ACME))).toBe('accepted');
    expect(await outcome(tokenOf(all, ACME))).toBe('signature_invalid');
    expect(await outcome(tokenOf(all, OTHER))).toBe('accepted');
  });
});

describe('A key that names an issuer', () => {
  async function outcomes(
    config: Pick<TrustedIssuerConfig, 'issuer' | 'tenants' | 'issuerAliases'>,
    bound: unknown,
    isses: readonly string[],
  ): Promise<readonly string[]> {
    const issuer = await createTestIssuer({ listen: false });
    const { outcome } = await startVerifier({
      audience: 'https://api.example.com',
      issuers: [{ ...config, keys: { jwks: boundKeys(issuer, bound) as never } }],
    });
    return Promise.all(
      isses.map((iss) => outcome(issuer.token({ claims: { iss, tid: iss.split('/')[3] } }))),
    );
  }
  const [acme, consumers] = [issuerOf(ACME), issuerOf(CONSUMERS)];

  it('the template: verifies for every tenant of it', async () => {
    const config = { issuer: TEMPLATE, tenants: 'any' } as const;
    expect(await outcomes(config, TEMPLATE, [acme, consumers])).toEqual(['accepted', 'accepted']);
  });

  it('one tenant: verifies for no other', async () => {
    const config = { issuer: TEMPLATE, tenants: 'any' } as const;
    const both = [acme, consumers];
    expect(await outcomes(config, consumers, both)).toEqual(['signature_invalid', 'accepted']);
    const listed = { issuer: TEMPLATE, tenants: [ACME, CONSUMERS] };
    expect(await outcomes(listed, consumers, both)).toEqual(['signature_invalid', 'accepted']);
  });

  it.each(['https://login.microsoftonline.com/{tenantid}', `${TEMPLATE}/`, '{tenantid}', ''])(
    '%j: verifies for no issuer here',
    async (bound) => {
      const config = { issuer: TEMPLATE, tenants: 'any' } as const;
      expect(await outcomes(config, bound, [acme])).toEqual(['signature_invalid']);
    },
  );

  it('binds the key of an issuer that is no template too', async () => {
    expect(await outcomes({ issuer: acme }, acme, [acme])).toEqual(['accepted']);
    expect(await outcomes({ issuer: acme }, TEMPLATE, [acme])).toEqual(['accepted']);
    expect(await outcomes({ issuer: acme }, consumers, [acme])).toEqual(['signature_invalid']);
  });

  it('means an issuer under all its aliases', async () => {
    const config = { issuer: acme, issuerAliases: ['http://internal/x'] };
    expect(await outcomes(config, acme, ['http://internal/x'])).toEqual(['accepted']);
  });

  it('is ignored when that is no string', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { outcome, log } = await startVerifier({
      audience: 'https://api.example.com',
      issuers: [{ issuer: TEMPLATE, tenants: 'any', ...published(issuer, 7) }],
    });
    // A set without a usable key is a failed fetch.
    expect(await outcome(tokenOf(issuer, ACME))).toBe('keys_unavailable');
    expect(log.text()).toContain('"issuer" is not a string');
  });
});
