import { describe, expect, it } from '@jest/globals';
import { AuthConfigurationError } from 'nestjs-trusted-issuers';
import * as presets from 'nestjs-trusted-issuers/presets';
import {
  auth0,
  authentik,
  awsAlb,
  clerk,
  cloudflareAccess,
  cognito,
  entra,
  firebase,
  githubActions,
  gitlab,
  google,
  googleIap,
  keycloak,
  kubernetes,
  okta,
  pomerium,
  scitokens,
  supabase,
  wlcg,
  zitadel,
} from 'nestjs-trusted-issuers/presets';

const notSet = 'Is an environment variable not set?';
const none = undefined as never;
const alb = {
  arn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/notes/50dc6c495c0c9188',
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123',
  clientIds: '1example23456789',
};

describe('An option that cannot be meant', () => {
  it.each<[make: () => unknown, fault: string]>([
    [() => auth0({ domain: none }), `auth0.domain: undefined is not a string. ${notSet}`],
    [() => auth0({ domain: '' }), `auth0.domain: "" is empty. ${notSet}`],
    [
      () => auth0({ domain: 'https://acme.eu.auth0.com' }),
      'auth0.domain: "https://acme.eu.auth0.com" is not a host name. Write it like "acme.eu.auth0.com".',
    ],
    [
      () => auth0({ domain: 'acme' }),
      'auth0.domain: "acme" is a single name, not the whole domain. Write it like "acme.eu.auth0.com".',
    ],
    [
      () => okta({ domain: 'acme', authorizationServerId: 'default' }),
      'okta.domain: "acme" is a single name, not the whole domain. Write it like "acme.okta.com".',
    ],
    [
      () => auth0({ domain: 'acme.eu.auth0.com/' }),
      'auth0.domain: "acme.eu.auth0.com/" is not a host name. Write it like "acme.eu.auth0.com".',
    ],
    [
      () => auth0({ domain: 'ACME.eu.auth0.com' }),
      'auth0.domain: "ACME.eu.auth0.com" is not a host name. Write it like "acme.eu.auth0.com".',
    ],
    [
      () => auth0({ domain: 'YOUR_DOMAIN' }),
      'auth0.domain: "YOUR_DOMAIN" holds a placeholder. Put the real value in its place.',
    ],
    [
      () => auth0({ domain: '{tenant}.auth0.com' }),
      'auth0.domain: "{tenant}.auth0.com" holds a placeholder. Put the real value in its place.',
    ],
    [() => entra({}), 'entra.tenantId: give either tenantId or tenants.'],
    [
      () => entra({ tenantId: 'x', tenants: 'any' }),
      'entra.tenantId: give either tenantId or tenants.',
    ],
    [() => entra({ tenantId: 'x', version: 3 as never }), 'entra.version: write 1 or 2.'],
    [() => entra({ tenantId: 'x', version: 'toString' as never }), 'entra.version: write 1 or 2.'],
    [
      () => entra({ tenants: [] }),
      'entra.tenants: missing. Name the tenants, or write "any" for all of them.',
    ],
    [() => entra({ tenants: 5 as never }), 'entra.tenants: 5 is not a string. Write it in quotes.'],
    ...['common', 'ANY', 'contoso.onmicrosoft.com', '8EAEF023-2B34-4DA1-9BAA-8BC8C9D6A490'].flatMap(
      (tenant): [() => unknown, string][] => {
        const remedy = `"${tenant}" is not a GUID in lower case. Write the directory (tenant) id; names like "common" or "contoso.onmicrosoft.com" are in no token, and tenants: "any" trusts them all.`;
        return [
          [() => entra({ tenantId: tenant }), `entra.tenantId: ${remedy}`],
          [() => entra({ tenants: tenant }), `entra.tenants: ${remedy}`],
          [() => entra({ tenants: [tenant] }), `entra.tenants[0]: ${remedy}`],
        ];
      },
    ),
    [
      () => cognito({ userPoolId: 'AbCdEf123', clientIds: 'a' }),
      'cognito.userPoolId: is not the id of a user pool. Write it whole, like "eu-west-1_AbCdEf123".',
    ],
    [
      () => cognito({ userPoolId: 'eu-west-1_A', clientIds: none }),
      'cognito.clientIds: missing. Name the app clients of this API.',
    ],
    [
      () => cognito({ userPoolId: 'eu-west-1_A', clientIds: [] }),
      'cognito.clientIds: missing. Name the app clients of this API.',
    ],
    [
      () => cognito({ userPoolId: 'eu-west-1_A', clientIds: ['a', ''] }),
      `cognito.clientIds[1]: "" is empty. ${notSet}`,
    ],
    [
      () => cognito({ userPoolId: 'eu-west-1_A', clientIds: 'a,b' }),
      'cognito.clientIds: "a,b" holds a comma. Write a list, like ["a", "b"].',
    ],
    [
      () => cognito({ userPoolId: 'eu-west-1_A', clientIds: [' a'] }),
      'cognito.clientIds[0]: " a" begins or ends with white space. Strings are compared exactly: remove it.',
    ],
    [
      // oxlint-disable-next-line no-sparse-arrays
      () => cognito({ userPoolId: 'eu-west-1_A', clientIds: ['a', , 'b'] as never }),
      `cognito.clientIds[1]: undefined is not a string. ${notSet}`,
    ],
    ...[none, ''].map((authorizationServerId): [() => unknown, string] => [
      () => okta({ domain: 'acme.okta.com', authorizationServerId }),
      "okta.authorizationServerId: missing. Name a custom authorization server, such as 'default'. Access tokens of the org authorization server (https://DOMAIN without /oauth2/…) are meant for Okta alone and cannot be verified by an API.",
    ]),
    [
      () => okta({ domain: 'acme-admin.okta.com', authorizationServerId: 'default' }),
      'okta.domain: is the one of the admin console. Leave "-admin" out.',
    ],
    [
      () => okta({ domain: 'yourOktaDomain', authorizationServerId: 'default' }),
      'okta.domain: "yourOktaDomain" holds a placeholder. Put the real value in its place.',
    ],
    [
      () => keycloak({ url: 'id.example.com', realm: 'a' }),
      'keycloak.url: "id.example.com" is not an address without a slash at the end. Write it like "https://id.example.com".',
    ],
    [
      () => keycloak({ url: 'https://id.example.com/', realm: 'a' }),
      'keycloak.url: "https://id.example.com/" is not an address without a slash at the end. Write it like "https://id.example.com".',
    ],
    [
      () => keycloak({ url: 'https://id.example.com', realm: 'a/b' }),
      'keycloak.realm: "a/b" is not a single name. Write it like "customers".',
    ],
    [
      () => keycloak({ url: 'https://id.example.com', realm: 'a', internalUrl: 'keycloak:8080' }),
      'keycloak.internalUrl: "keycloak:8080" is not an address without a slash at the end. Write it like "https://id.example.com".',
    ],
    ...['https://id.example.com/realms/a', 'https://id.example.com/realms/'].flatMap(
      (address): [() => unknown, string][] => {
        const remedy = `"${address}" already holds "/realms". Write what comes before it, like "https://id.example.com".`;
        return [
          [() => keycloak({ url: address, realm: 'a' }), `keycloak.url: ${remedy}`],
          [
            () => keycloak({ url: 'https://id.example.com', realm: 'a', internalUrl: address }),
            `keycloak.internalUrl: ${remedy}`,
          ],
        ];
      },
    ),
    [
      () => keycloak({ url: 'https://id.example.com', realm: 'a', clientIds: [] }),
      'keycloak.clientIds: missing. Name a client, or leave it out.',
    ],
    [
      () => keycloak({ url: 'https://id.example.com', realm: 'a', clientIds: 'a,b' }),
      'keycloak.clientIds: "a,b" holds a comma. Write a list, like ["a", "b"].',
    ],
    [
      () => keycloak({ url: 'https://id.example.com', realm: 'a', rolesOf: ['a', ''] }),
      `keycloak.rolesOf[1]: "" is empty. ${notSet}`,
    ],
    [
      () => google({ clientIds: none }),
      'google.clientIds: missing. Name the OAuth client ids of this API.',
    ],
    [
      () => google({ clientIds: 'a', hostedDomains: [] }),
      'google.hostedDomains: missing. Name a domain, or leave it out.',
    ],
    ...['@example.com', 'https://example.com', 'Example.com'].map(
      (domain): [() => unknown, string] => [
        () => google({ clientIds: 'a', hostedDomains: ['example.org', domain] }),
        `google.hostedDomains[1]: "${domain}" is not a host name. Write it like "example.com".`,
      ],
    ),
    [
      () => firebase({ projectId: 'My Project' }),
      'firebase.projectId: "My Project" is not a single name. Write it like "my-project-1234".',
    ],
    [
      () => firebase({ projectId: '123456789012' }),
      'firebase.projectId: "123456789012" is the number of a project. Write its id, like "my-project-1234".',
    ],
    [
      () => githubActions({ audience: 'api' }),
      'githubActions.repositoryOwnerIds: missing. Every GitHub user can have a token for your audience: name repositoryIds or repositoryOwnerIds (gh api users/OWNER --jq .id).',
    ],
    [
      () => githubActions({ repositoryOwnerIds: ['65', 'octo-org'] }),
      'githubActions.repositoryOwnerIds[1]: is not an id. Names can be taken over; write the number.',
    ],
    [
      () => githubActions({ repositoryOwnerIds: 65 as never }),
      'githubActions.repositoryOwnerIds: 65 is not a string. Write it in quotes.',
    ],
    [
      () => githubActions({ repositoryIds: ['74', 75] as never }),
      'githubActions.repositoryIds[1]: 75 is not a string. Write it in quotes.',
    ],
    [
      () => githubActions({ repositoryIds: '74, 75' }),
      'githubActions.repositoryIds: "74, 75" holds a comma. Write a list, like ["a", "b"].',
    ],
    [
      () => githubActions({ repositoryIds: '74', enterprise: 'a/b' }),
      'githubActions.enterprise: "a/b" is not a single name. Write it like "acme".',
    ],
    [
      () => gitlab({ audience: 'api' }),
      'gitlab.projectIds: missing. Every user of the instance can have a token for your audience: name projectIds or namespaceIds.',
    ],
    [
      () => gitlab({ projectIds: 'group/proj' }),
      'gitlab.projectIds: is not an id. Names can be taken over; write the number.',
    ],
    [
      () => gitlab({ namespaceIds: ['72', 'group'] }),
      'gitlab.namespaceIds[1]: is not an id. Names can be taken over; write the number.',
    ],
    [
      () => gitlab({ projectIds: 22 as never }),
      'gitlab.projectIds: 22 is not a string. Write it in quotes.',
    ],
    [
      () => kubernetes({ serviceAccounts: 'checkout' }),
      'kubernetes.serviceAccounts: is not written as "namespace:name".',
    ],
    ...[{}, { tokenFile: none }].map((token): [() => unknown, string] => [
      () => kubernetes({ jwksUri: 'https://keys.example.com', caFile: null, ...token }),
      "kubernetes.tokenFile: missing. With caFile: null the keys come from any host that Node.js trusts, which would be shown this pod's own token. Write tokenFile: null; or name the file, if that host is to see it.",
    ]),
    [
      () => supabase({ projectUrl: 'abcdefgh' }),
      'supabase.projectUrl: "abcdefgh" is not an address without a slash at the end. Write it like "https://abcdefgh.supabase.co".',
    ],
    ...['https://abcdefgh.supabase.co/auth/v1', 'https://abcdefgh.supabase.co/auth/v1/'].map(
      (projectUrl): [() => unknown, string] => [
        () => supabase({ projectUrl }),
        `supabase.projectUrl: "${projectUrl}" already holds "/auth/v1". Write what comes before it, like "https://abcdefgh.supabase.co".`,
      ],
    ),
    [
      () => clerk({ frontendApiUrl: 'https://clerk.example.com', authorizedParties: [] }),
      'clerk.authorizedParties: missing. Name the origins of your apps.',
    ],
    ...[
      'https://app.example.com/',
      'https://app.example.com:443',
      'https://App.example.com',
      'https://*.example.com',
      'app.example.com',
      'localhost:3000',
    ].map((party): [() => unknown, string] => [
      () => clerk({ frontendApiUrl: 'https://clerk.example.com', authorizedParties: party }),
      `clerk.authorizedParties: "${party}" is not an origin. Write it like "https://app.example.com".`,
    ]),
    [
      () =>
        clerk({
          frontendApiUrl: 'https://clerk.example.com/.well-known/jwks.json',
          authorizedParties: 'https://app.example.com',
        }),
      'clerk.frontendApiUrl: "https://clerk.example.com/.well-known/jwks.json" already holds "/.well-known". Write what comes before it, like "https://clerk.example.com".',
    ],
    [
      () => zitadel({ url: 'https://acme.zitadel.cloud', projectId: '' }),
      `zitadel.projectId: "" is empty. ${notSet}`,
    ],
    [
      () => authentik({ url: 'https://auth.example.com', slug: 'a/', clientId: 'x' }),
      'authentik.slug: "a/" is not a single name. Write it like "my-app".',
    ],
    [
      () =>
        authentik({
          url: 'https://auth.example.com/application/o/my-app',
          slug: 'my-app',
          clientId: 'x',
        }),
      'authentik.url: "https://auth.example.com/application/o/my-app" already holds "/application/o". Write what comes before it, like "https://auth.example.com".',
    ],
    [
      () => awsAlb({ ...alb, arn: 'notes' }),
      'awsAlb.arn: "notes" is not the ARN of an Application Load Balancer. Write it like "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/name/0123456789abcdef".',
    ],
    [
      () => awsAlb({ ...alb, arn: alb.arn.replace('/app/', '/net/') }),
      'is not the ARN of an Application Load Balancer.',
    ],
    [
      () => awsAlb({ ...alb, region: 'us-east-1' }),
      'awsAlb.region: the load balancers are not all in one region: eu-west-1, us-east-1. Each region has keys of its own; one issuer can have one.',
    ],
    [
      () => awsAlb({ ...alb, arn: [alb.arn, alb.arn.replace('eu-west-1', 'us-east-1')] }),
      'awsAlb.region: the load balancers are not all in one region: eu-west-1, us-east-1.',
    ],
    [
      () => awsAlb({ ...alb, clientIds: [] }),
      'awsAlb.clientIds: missing. Name the client of the listener.',
    ],
    [
      () => cloudflareAccess({ team: 'acme.cloudflareaccess.com', audience: 'a' }),
      'cloudflareAccess.team: "acme.cloudflareaccess.com" is not the name of a team. Write what is before ".cloudflareaccess.com", like "acme".',
    ],
    [
      () => cloudflareAccess({ team: 'acme', audience: none }),
      'cloudflareAccess.audience: missing. Name the AUD tag of the Access application.',
    ],
    [
      () => googleIap({ audience: '/projects/PROJECT_NUMBER/apps/PROJECT_ID' }),
      'googleIap.audience: "/projects/PROJECT_NUMBER/apps/PROJECT_ID" is not an audience of IAP, which contains the number of the project. Write it like "/projects/123456789/global/backendServices/987654321".',
    ],
    [
      () => googleIap({ audience: '/projects/1/apps/a', hostedDomains: [] }),
      'googleIap.hostedDomains: missing. Name a domain, or leave it out.',
    ],
    [
      () => pomerium({ host: 'https://app.example.com' }),
      'pomerium.host: "https://app.example.com" is not a host name. Write it like "app.example.com".',
    ],
    [
      () => pomerium({ host: 'app.example.com', issuerFormat: 'URI' as never }),
      'pomerium.issuerFormat: is neither "hostOnly" nor "uri".',
    ],
    [
      () => scitokens({ issuer: 'https://scitokens.org/cms', audience: [] }),
      'scitokens.audience: missing. Name what tokens for this service carry in "aud".',
    ],
    [
      () => wlcg({ issuer: 'https://wlcg.example', audience: none }),
      'wlcg.audience: missing. Name what tokens for this service carry in "aud".',
    ],
  ])('%p', (make, fault) => {
    expect(make).toThrow(AuthConfigurationError);
    expect(make).toThrow(fault);
  });
});

it('every preset is a function that gives a new plain object each time', () => {
  expect(Object.keys(presets).toSorted()).toEqual([
    ...['adfs', 'auth0', 'authentik', 'awsAlb', 'b2c', 'betterAuth', 'clerk'],
    ...['cloudflareAccess', 'cognito', 'entra', 'firebase', 'githubActions'],
    ...['gitlab', 'google', 'googleIap', 'keycloak', 'kubernetes', 'okta', 'pathScopes'],
    ...['pomerium', 'scitokens', 'smartScopes', 'supabase', 'wlcg', 'zitadel'],
  ]);
  const [one, two] = [auth0({ domain: 'a.auth0.com' }), auth0({ domain: 'a.auth0.com' })];
  expect(one).toEqual({ issuer: 'https://a.auth0.com/' });
  expect(one).not.toBe(two);
});

describe('What can be meant', () => {
  const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
  const realm = { url: 'https://id.example.com/auth', realm: 'a' };

  it('one string is a list of one', () => {
    expect(entra({ tenants: TENANT })).toEqual(entra({ tenants: [TENANT] }));
    const named = keycloak({ ...realm, rolesOf: 'notes-api', clientIds: 'web' });
    expect(named).toEqual(keycloak({ ...realm, rolesOf: ['notes-api'], clientIds: ['web'] }));
    expect(named.clientIds).toEqual(['web']);
    expect(named.identity?.roles).toContain('resource_access.notes-api.roles');
  });

  it('an empty list of clients for roles: none', () => {
    expect(keycloak({ ...realm, rolesOf: [] })).toEqual(keycloak(realm));
  });

  it('origins of every kind', () => {
    const origins = [
      ...['https://app.example.com', 'http://localhost:3000', 'https://app.example.com:8443'],
      ...['chrome-extension://abcdefghijklmnop', 'capacitor://localhost'],
    ];
    const frontendApiUrl = 'https://clerk.example.com';
    const { requiredClaims } = clerk({ frontendApiUrl, authorizedParties: origins });
    expect(requiredClaims).toMatchObject({ azp: origins });
  });

  it.each([null, '/run/token'])(
    'keys of a cluster from a public address, token %p',
    (tokenFile) => {
      expect(() => kubernetes({ caFile: null, tokenFile })).not.toThrow();
    },
  );
});
