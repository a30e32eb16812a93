import { describe, expect, it } from '@jest/globals';
import { AuthConfigurationError } from 'nestjs-trusted-issuers';
import * as presets from 'nestjs-trusted-issuers/presets';
import {
  auth0,
  authentik,
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
  supabase,
  zitadel,
} from 'nestjs-trusted-issuers/presets';

const notSet = 'Is an environment variable not set?';
const none = undefined as never;

describe('An option that cannot be meant', () => {
  it.each<[make: () => unknown, fault: string]>([
    [() => auth0({ domain: none }), `auth0.domain: undefined is not a string. ${notSet}`],
    [() => auth0({ domain: '' }), `auth0.domain: "" is empty. ${notSet}`],
    [
      () => auth0({ domain: 'https://acme.eu.auth0.com' }),
      'auth0.domain: "https://acme.eu.auth0.com" is not a host name. Write it like "acme.eu.auth0.com".',
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
    ...['common', 'contoso.onmicrosoft.com', '8EAEF023-2B34-4DA1-9BAA-8BC8C9D6A490'].flatMap(
      (tenant): [() => unknown, string][] => {
        const remedy = `"${tenant}" is not a GUID in lower case. Write the directory (tenant) id; names like "common" or "contoso.onmicrosoft.com" are in no token, and tenants: "any" trusts them all.`;
        return [
          [() => entra({ tenantId: tenant }), `entra.tenantId: ${remedy}`],
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
    [
      () => google({ clientIds: none }),
      'google.clientIds: missing. Name the OAuth client ids of this API.',
    ],
    [
      () => google({ clientIds: 'a', hostedDomains: [] }),
      'google.hostedDomains: missing. Name a domain, or leave it out.',
    ],
    [
      () => firebase({ projectId: 'My Project' }),
      'firebase.projectId: "My Project" is not a single name. Write it like "my-project-1234".',
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
      () => githubActions({ repositoryIds: '74', enterprise: 'a/b' }),
      'githubActions.enterprise: "a/b" is not a single name. Write it like "acme".',
    ],
    [
      () => gitlab({ audience: 'api' }),
      'gitlab.projectIds: missing. Every user of the instance can have a token for your audience: name projectIds or namespaceIds.',
    ],
    [
      () => kubernetes({ serviceAccounts: 'checkout' }),
      'kubernetes.serviceAccounts[0]: is not written as "namespace:name".',
    ],
    [
      () => supabase({ projectUrl: 'abcdefgh' }),
      'supabase.projectUrl: "abcdefgh" is not an address without a slash at the end. Write it like "https://abcdefgh.supabase.co".',
    ],
    [
      () => clerk({ frontendApiUrl: 'https://clerk.example.com', authorizedParties: [] }),
      'clerk.authorizedParties: missing. Name the origins of your apps.',
    ],
    [
      () => zitadel({ url: 'https://acme.zitadel.cloud', projectId: '' }),
      `zitadel.projectId: "" is empty. ${notSet}`,
    ],
    [
      () => authentik({ url: 'https://auth.example.com', slug: 'a/', clientId: 'x' }),
      'authentik.slug: "a/" is not a single name. Write it like "my-app".',
    ],
  ])('%p', (make, fault) => {
    expect(make).toThrow(AuthConfigurationError);
    expect(make).toThrow(fault);
  });
});

it('every preset is a function that gives a new plain object each time', () => {
  expect(Object.keys(presets).toSorted()).toEqual([
    ...['auth0', 'authentik', 'clerk', 'cognito', 'entra', 'firebase', 'githubActions'],
    ...['gitlab', 'google', 'keycloak', 'kubernetes', 'okta', 'supabase', 'zitadel'],
  ]);
  const [one, two] = [auth0({ domain: 'a.auth0.com' }), auth0({ domain: 'a.auth0.com' })];
  expect(one).toEqual({ issuer: 'https://a.auth0.com/' });
  expect(one).not.toBe(two);
});
