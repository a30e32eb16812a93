import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TrustedIssuerConfig, TrustedIssuers } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { startVerifier } from '../support/verifier.js';

const audience = 'https://api.example.com';
const TEMPLATE = 'https://login.example/{tenantid}/v2.0';
const ACME = '11111111-aaaa-bbbb-cccc-222222222222';
const OTHER = '33333333-aaaa-bbbb-cccc-444444444444';
const nameOf = (tenant: string): string => TEMPLATE.replace('{tenantid}', tenant);

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false });
});

const tokenOf = (tenant: string): string =>
  issuer.token({ claims: { iss: nameOf(tenant), tid: tenant } });
const template = (tenants: 'any' | string[]): TrustedIssuerConfig => ({
  issuer: TEMPLATE,
  tenants,
  audience,
  keys: { jwks: issuer.jwks },
});
const own = (tenant: string): TrustedIssuerConfig => ({
  issuer: nameOf(tenant),
  audience,
  keys: { jwks: issuer.jwks },
});

describe.each(ADAPTERS)('A tenant that was removed by name, on %s', (adapter) => {
  let application: TestApplication;
  beforeAll(async () => {
    const issuers = [template('any'), own(ACME)];
    application = await startApplication({ issuers }, { adapter });
  });
  afterAll(() => application.close());

  it('is refused from the next token on, although a template would admit it', async () => {
    const token = tokenOf(ACME);
    expect((await application.get('/notes', token)).status).toBe(200);
    expect(application.app.get(TrustedIssuers).remove(nameOf(ACME))).toBe(true);
    expect((await application.get('/notes', token)).json).toMatchObject({
      code: 'issuer_untrusted',
    });
    expect((await application.get('/notes', tokenOf(OTHER))).status).toBe(200);
  });
});

describe.each([['any'], [[ACME, OTHER]]] as const)('With a template for %p', (tenants) => {
  const config = (): TrustedIssuerConfig => template(tenants === 'any' ? 'any' : [...tenants]);

  it('remove distrusts a tenant that only the template admits, until it is added', async () => {
    const { issuers, outcome } = await startVerifier({ issuers: [config()] });
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    expect(issuers.remove(nameOf(ACME))).toBe(true);
    expect(issuers.remove(nameOf(ACME))).toBe(false);
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    expect(await outcome(tokenOf(OTHER))).toBe('accepted');
    issuers.replace({ ...config(), clockToleranceSeconds: 1 });
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    issuers.add({ ...own(ACME), audience: 'https://other.example.com' });
    expect(await outcome(tokenOf(ACME))).toBe('audience_invalid');
    expect(issuers.remove(nameOf(ACME))).toBe(true);
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
  });

  it('the end of the template is not the end of a tenant with terms of its own', async () => {
    const { issuers, outcome } = await startVerifier({ issuers: [config()] });
    issuers.remove(nameOf(ACME));
    issuers.add(own(ACME));
    issuers.remove(TEMPLATE);
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    expect(await outcome(tokenOf(OTHER))).toBe('issuer_untrusted');
  });

  it('resolveIssuer does not bring a distrusted tenant back', async () => {
    const { issuers, outcome } = await startVerifier({
      issuers: [config()],
      resolveIssuer: { origins: ['https://login.example'], resolve: () => own(ACME) },
    });
    issuers.remove(nameOf(ACME));
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
  });
});

it('a token that was often accepted is refused once its tenant is removed, listed and admitted as it was', async () => {
  const { issuers, outcome } = await startVerifier({ issuers: [template('any'), own(ACME)] });
  const token = tokenOf(ACME);
  for (let use = 0; use < 3; use++) expect(await outcome(token)).toBe('accepted');
  issuers.remove(nameOf(ACME));
  expect(await outcome(token)).toBe('issuer_untrusted');
});

it('remembers 10,000 distrusted tenants, and then refuses to take more', async () => {
  const { issuers, outcome } = await startVerifier({ issuers: [template('any'), own(ACME)] });
  for (let index = 0; index < 10_000; index++) {
    const tenant = `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`;
    expect(issuers.remove(nameOf(tenant))).toBe(true);
  }
  const removing = (): boolean => issuers.remove(nameOf(ACME));
  expect(removing).toThrow(RangeError);
  expect(removing).toThrow(
    '10000 tenants of templates are distrusted by name, and no more can be. List the trusted ones in tenants, or use resolveIssuer.',
  );
  expect(await outcome(tokenOf(ACME))).toBe('accepted');
});

it('what resolveIssuer alone admits is forgotten, and asked about again', async () => {
  let asked = 0;
  const { issuers, outcome } = await startVerifier({
    resolveIssuer: {
      origins: ['https://login.example'],
      resolve: () => {
        asked++;
        return own(ACME);
      },
    },
  });
  expect(await outcome(tokenOf(ACME))).toBe('accepted');
  expect(issuers.remove(nameOf(ACME))).toBe(true);
  expect(await outcome(tokenOf(ACME))).toBe('accepted');
  expect(asked).toBe(2);
});
