import { describe, expect, it } from '@jest/globals';
import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import {
  adfs,
  authentik,
  b2c,
  betterAuth,
  clerk,
  cognito,
  entra,
  firebase,
  githubActions,
  gitlab,
  google,
  keycloak,
  kubernetes,
  okta,
  zitadel,
} from 'nestjs-trusted-issuers/presets';
import { faultsOf } from '../unit/config/faults-of.js';

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const audience = null;

const realm = { url: 'https://id.example.com', realm: 'customers' };
const pool = { userPoolId: 'eu-west-1_AbCdEf123', clientIds: 'client1' };
const oktaConfig = okta({ domain: 'acme.okta.com', authorizationServerId: 'default' });
const zitadelConfig = zitadel({ url: 'https://acme.zitadel.cloud', projectId: '69' });
const authentikConfig = authentik({ url: 'https://auth.example.com', slug: 'a', clientId: 'b' });

const started = (issuer: TrustedIssuerConfig): readonly string[] => faultsOf({ issuers: [issuer] });

describe('A preset without audience', () => {
  it.each<[string, TrustedIssuerConfig]>([
    ['keycloak', keycloak({ ...realm, audience })],
    [
      'keycloak, with two ways of saying access token',
      {
        ...keycloak({ ...realm, audience }),
        requiredClaims: { typ: ['Bearer', 'DPoP'] },
      },
    ],
    ['entra, any tenant', { ...entra({ tenants: 'any' }), audience }],
    ['entra, some tenants', { ...entra({ tenants: [TENANT] }), audience }],
    ['entra, one tenant, which its issuer names', { ...entra({ tenantId: TENANT }), audience }],
    ['entra, version 1', { ...entra({ tenantId: TENANT, version: 1 }), audience }],
    ['okta', { ...oktaConfig, audience }],
    ['firebase', { ...firebase({ projectId: 'my-project-1234' }), audience }],
    [
      'b2c',
      { ...b2c({ domain: 'a.b2clogin.com', tenantId: TENANT, policies: 'B2C_1_a' }), audience },
    ],
    ['adfs', { ...adfs({ url: 'https://adfs.example.com' }), audience }],
    ['betterAuth', { ...betterAuth({ url: 'https://app.example.com' }), audience }],
    ['zitadel', { ...zitadelConfig, audience }],
    ['cognito of any client', { ...cognito(pool), clientIds: undefined }],
    [
      'authentik of any client',
      {
        ...authentikConfig,
        audience,
        clientIds: undefined,
        requiredClaims: { uid: authentikConfig.requiredClaims!['uid']! },
      },
    ],
    ['google', { ...google({ clientIds: 'a' }), audience }],
    ['kubernetes', { ...kubernetes({}), audience }],
  ])('%s: does not start', (_name, issuer) => {
    expect(started(issuer)).toEqual([
      'issuers[0].audience: null accepts tokens that were issued for any other API. Name clientIds, requiredClaims or requiredHeader besides; claims that only tell kinds of token apart, such as typ, are not enough.',
    ]);
  });

  it.each<[string, TrustedIssuerConfig]>([
    ['keycloak, one client', keycloak({ ...realm, audience, clientIds: ['my-spa'] })],
    [
      'keycloak, a claim beside',
      {
        ...keycloak({ ...realm, audience }),
        requiredClaims: { typ: 'Bearer', department: 'sales' },
      },
    ],
    [
      'keycloak, a predicate that looks at more',
      {
        ...keycloak({ ...realm, audience }),
        requiredClaims: { typ: (typ, { azp }) => typ === 'Bearer' && azp === 'my-spa' },
      },
    ],
    ['entra, one client', { ...entra({ tenants: 'any' }), audience, clientIds: ['a'] }],
    [
      'entra, one client as a claim',
      {
        ...entra({ tenants: 'any' }),
        audience,
        requiredClaims: { ...entra({ tenants: 'any' }).requiredClaims, azp: 'a' },
      },
    ],
    [
      'entra, one tenant of any',
      {
        ...entra({ tenants: 'any' }),
        audience,
        requiredClaims: { tid: TENANT },
      },
    ],
    ['okta, one client', { ...oktaConfig, audience, requiredClaims: { cid: 'a' } }],
    ['githubActions', { ...githubActions({ repositoryOwnerIds: '65' }), audience }],
    ['gitlab', { ...gitlab({ projectIds: '22' }), audience }],
    ['cognito', cognito(pool)],
    [
      'clerk',
      clerk({
        frontendApiUrl: 'https://clerk.example.com',
        authorizedParties: 'https://app.example.com',
      }),
    ],
    ['authentik', { ...authentikConfig, audience }],
    [
      'google, one organization',
      {
        ...google({ clientIds: 'a', hostedDomains: 'example.com' }),
        audience,
      },
    ],
    ['kubernetes, one account', { ...kubernetes({ serviceAccounts: 'a:b' }), audience }],
  ])('%s: starts', (_name, issuer) => {
    expect(started(issuer)).toEqual([]);
  });
});
