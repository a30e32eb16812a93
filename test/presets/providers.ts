import {
  adfs,
  auth0,
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
  okta,
  supabase,
  zitadel,
} from 'nestjs-trusted-issuers/presets';
import type { Provider } from './presented.js';
import { PROXIES_AND_GRIDS } from './proxy-providers.js';

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const OTHER_TENANT = '82229342-1101-4ab6-817b-70c0747630f3';
const API = '6e74172b-be56-4843-9ff4-e66a39bb12e3';
const LOGIN = 'https://login.microsoftonline.com';
const POOL = 'us-east-1_AbCdEf123';
const COGNITO = `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`;

const past = Math.floor(Date.now() / 1_000) - 600;

/** Metadata where OpenID Connect Discovery 1.0 section 4 has it. */
function discovered(issuer: string, jwksUri: string): Pick<Provider, 'metadata' | 'jwksUri'> {
  const document = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return { metadata: { [document]: { issuer, jwks_uri: jwksUri } }, jwksUri };
}

const auth0Provider: Provider = {
  preset: auth0({ domain: 'acme.eu.auth0.com', audience: 'https://api.example.com' }),
  ...discovered('https://acme.eu.auth0.com/', 'https://acme.eu.auth0.com/.well-known/jwks.json'),
  claims: {
    iss: 'https://acme.eu.auth0.com/',
    sub: 'auth0|507f1f77bcf86cd799439011',
    aud: ['https://api.example.com', 'https://acme.eu.auth0.com/userinfo'],
    azp: 'my-spa',
    scope: 'openid read:notes',
    permissions: ['read:notes', 'write:notes'],
    org_id: 'org_9',
  },
  identity: {
    subject: 'auth0|507f1f77bcf86cd799439011',
    clientId: 'my-spa',
    scopes: ['openid', 'read:notes', 'write:notes'],
    tenant: 'org_9',
  },
  alsoAccepted: {
    'the RFC 9068 profile': { azp: undefined, client_id: 'my-spa', jti: 'one' },
  },
  nearMisses: {
    'an ID token': [{ aud: 'my-spa', nonce: 'n' }, 'audience_invalid'],
    'a token for userinfo alone': [
      { aud: 'https://acme.eu.auth0.com/userinfo' },
      'audience_invalid',
    ],
    'another tenant': [{ iss: 'https://evil.eu.auth0.com/' }, 'issuer_untrusted'],
    'no slash': [{ iss: 'https://acme.eu.auth0.com' }, 'issuer_untrusted'],
  },
};

const entraClaims = {
  iss: `${LOGIN}/${TENANT}/v2.0`,
  aud: API,
  sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  tid: TENANT,
  azp: '11111111-0000-0000-0000-000000000001',
  azpacr: '0',
  scp: 'Notes.Read Notes.Write',
  ver: '2.0',
};

const entraNearMisses: Provider['nearMisses'] = {
  'an ID token': [{ azp: undefined, azpacr: undefined, scp: undefined }, 'claims_invalid'],
  'a token for Microsoft Graph': [
    { aud: '00000003-0000-0000-c000-000000000000' },
    'audience_invalid',
  ],
  'a version 1 token': [
    { iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0' },
    'issuer_untrusted',
  ],
  'another tenant’s word in "tid"': [{ tid: OTHER_TENANT }, 'claims_invalid'],
};

const entraProvider: Provider = {
  preset: entra({ tenantId: TENANT, audience: API }),
  ...discovered(`${LOGIN}/${TENANT}/v2.0`, `${LOGIN}/${TENANT}/discovery/v2.0/keys`),
  keyMembers: { issuer: `${LOGIN}/${TENANT}/v2.0` },
  claims: entraClaims,
  identity: {
    issuer: `${LOGIN}/${TENANT}/v2.0`,
    clientId: '11111111-0000-0000-0000-000000000001',
    scopes: ['Notes.Read', 'Notes.Write'],
    tenant: TENANT,
  },
  alsoAccepted: { 'an application': { scp: undefined, roles: ['Notes.Read.All'] } },
  nearMisses: {
    ...entraNearMisses,
    'another tenant': [
      { iss: `${LOGIN}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT },
      'issuer_untrusted',
    ],
  },
};

const entraMany: Provider = {
  preset: entra({ tenants: 'any', audience: API }),
  metadata: {
    [`${LOGIN}/common/v2.0/.well-known/openid-configuration`]: {
      issuer: `${LOGIN}/{tenantid}/v2.0`,
      jwks_uri: `${LOGIN}/common/discovery/v2.0/keys`,
    },
  },
  jwksUri: `${LOGIN}/common/discovery/v2.0/keys`,
  keyMembers: { issuer: `${LOGIN}/{tenantid}/v2.0` },
  claims: { ...entraClaims, scp: undefined, roles: ['Notes.Read.All'] },
  identity: {
    issuer: `${LOGIN}/${TENANT}/v2.0`,
    id: `${LOGIN}/${TENANT}/v2.0|${entraClaims.sub}`,
    roles: ['Notes.Read.All'],
    tenant: TENANT,
  },
  alsoAccepted: {
    'another tenant': { iss: `${LOGIN}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT },
  },
  nearMisses: {
    ...entraNearMisses,
    'a look-alike host': [
      { iss: `https://login.microsoftonline.com.evil.com/${TENANT}/v2.0` },
      'issuer_untrusted',
    ],
    'the name of no tenant': [{ iss: `${LOGIN}/common/v2.0`, tid: 'common' }, 'issuer_untrusted'],
  },
};

const entraListed: Provider = {
  ...entraMany,
  preset: entra({ tenants: [TENANT], audience: API }),
  alsoAccepted: {},
  nearMisses: {
    'a tenant that is not listed': [
      { iss: `${LOGIN}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT },
      'issuer_untrusted',
    ],
  },
};

const entraVersion1: Provider = {
  preset: entra({ tenantId: TENANT, audience: 'api://notes', version: 1 }),
  metadata: {
    [`${LOGIN}/${TENANT}/.well-known/openid-configuration`]: {
      issuer: `https://sts.windows.net/${TENANT}/`,
      jwks_uri: `${LOGIN}/${TENANT}/discovery/keys`,
    },
  },
  jwksUri: `${LOGIN}/${TENANT}/discovery/keys`,
  header: { x5t: 'iBjL1Rcqzhiy4fpxIxdZqohM2Yk' },
  claims: {
    ...entraClaims,
    iss: `https://sts.windows.net/${TENANT}/`,
    aud: 'api://notes',
    azp: undefined,
    azpacr: undefined,
    appid: '11111111-0000-0000-0000-000000000001',
    appidacr: '0',
    ver: '1.0',
  },
  identity: {
    clientId: '11111111-0000-0000-0000-000000000001',
    scopes: ['Notes.Read', 'Notes.Write'],
    tenant: TENANT,
  },
  nearMisses: {
    'an ID token': [{ appid: undefined, appidacr: undefined }, 'claims_invalid'],
    'a version 2 token': [{ iss: `${LOGIN}/${TENANT}/v2.0`, ver: '2.0' }, 'issuer_untrusted'],
    'no slash': [{ iss: `https://sts.windows.net/${TENANT}` }, 'issuer_untrusted'],
  },
};

const entraVersion1Many: Provider = {
  ...entraVersion1,
  preset: entra({ tenants: 'any', audience: 'api://notes', version: 1 }),
  metadata: {
    [`${LOGIN}/common/.well-known/openid-configuration`]: {
      issuer: 'https://sts.windows.net/{tenantid}/',
      jwks_uri: `${LOGIN}/common/discovery/keys`,
    },
  },
  jwksUri: `${LOGIN}/common/discovery/keys`,
};

const cognitoProvider: Provider = {
  preset: cognito({ userPoolId: POOL, clientIds: 'client1' }),
  jwksUri: `${COGNITO}/.well-known/jwks.json`,
  header: { typ: undefined },
  claims: {
    iss: COGNITO,
    sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    client_id: 'client1',
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin notes/read',
    'cognito:groups': ['editors'],
    username: 'alice',
    origin_jti: 'x',
    jti: 'y',
  },
  identity: {
    issuer: COGNITO,
    clientId: 'client1',
    audience: [],
    scopes: ['aws.cognito.signin.user.admin', 'notes/read'],
    roles: ['editors'],
  },
  alsoAccepted: {
    'a pool with the updated issuer': {
      iss: `https://issuer-cognito-idp.us-east-1.amazonaws.com/${POOL}`,
    },
    'a token with a resource': { aud: 'https://api.example.com' },
  },
  nearMisses: {
    'an ID token': [
      { token_use: 'id', aud: 'client1', client_id: undefined, scope: undefined },
      'claims_invalid',
    ],
    'a token of no stated use': [{ token_use: undefined }, 'claims_invalid'],
    'another app client': [{ client_id: 'client2' }, 'claims_invalid'],
    'another pool': [
      { iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other' },
      'issuer_untrusted',
    ],
    'an identity pool': [{ iss: 'https://cognito-identity.amazonaws.com' }, 'issuer_untrusted'],
  },
};

const cognitoWithResource: Provider = {
  ...cognitoProvider,
  preset: cognito({
    userPoolId: POOL,
    clientIds: ['client1'],
    audience: 'https://api.example.com',
  }),
  claims: { ...cognitoProvider.claims, aud: 'https://api.example.com' },
  identity: { audience: ['https://api.example.com'] },
  alsoAccepted: {},
  nearMisses: {
    'a token without a resource': [{ aud: undefined }, 'audience_invalid'],
    'a token for another resource': [{ aud: 'https://other.example.com' }, 'audience_invalid'],
  },
};

const oktaProvider: Provider = {
  preset: okta({
    domain: 'acme.okta.com',
    authorizationServerId: 'default',
    audience: 'api://default',
  }),
  ...discovered(
    'https://acme.okta.com/oauth2/default',
    'https://acme.okta.com/oauth2/default/v1/keys',
  ),
  header: { typ: undefined },
  claims: {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: 'https://acme.okta.com/oauth2/default',
    aud: 'api://default',
    sub: 'alice@example.com',
    cid: '0oaabcd',
    uid: '00u1abcd',
    scp: ['openid', 'notes.read'],
    groups: ['Everyone'],
  },
  identity: {
    subject: 'alice@example.com',
    clientId: '0oaabcd',
    scopes: ['openid', 'notes.read'],
    roles: ['Everyone'],
  },
  nearMisses: {
    'an ID token': [
      { aud: '0oaabcd', cid: undefined, scp: undefined, jti: 'ID.x' },
      'audience_invalid',
    ],
    'an ID token of a client named like the API': [
      { cid: undefined, scp: undefined },
      'claims_invalid',
    ],
    'the org authorization server': [
      { iss: 'https://acme.okta.com', aud: 'https://acme.okta.com' },
      'issuer_untrusted',
    ],
    'another authorization server': [
      { iss: 'https://acme.okta.com/oauth2/aus1' },
      'issuer_untrusted',
    ],
  },
};

const keycloakProvider: Provider = {
  preset: keycloak({
    url: 'https://id.example.com',
    internalUrl: 'https://keycloak.internal:8443',
    realm: 'customers',
    audience: 'notes-api',
    clientIds: ['my-spa'],
    rolesOf: ['notes-api', 'com.example.billing'],
  }),
  jwksUri: 'https://keycloak.internal:8443/realms/customers/protocol/openid-connect/certs',
  claims: {
    iss: 'https://id.example.com/realms/customers',
    aud: ['notes-api', 'account'],
    sub: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
    typ: 'Bearer',
    azp: 'my-spa',
    scope: 'email profile',
    realm_access: { roles: ['offline_access'] },
    resource_access: {
      'notes-api': { roles: ['editor'] },
      'com.example.billing': { roles: ['payer'] },
      account: { roles: ['manage-account'] },
    },
  },
  identity: {
    clientId: 'my-spa',
    scopes: ['email', 'profile'],
    roles: ['offline_access', 'editor', 'payer'],
  },
  nearMisses: {
    'an ID token': [{ typ: 'ID', aud: ['my-spa', 'notes-api'] }, 'claims_invalid'],
    'a refresh token': [{ typ: 'Refresh', aud: 'notes-api' }, 'claims_invalid'],
    'an offline token': [{ typ: 'Offline' }, 'claims_invalid'],
    'a logout token': [{ typ: 'Logout' }, 'claims_invalid'],
    'a serialized ID token': [{ typ: 'Serialized-ID' }, 'claims_invalid'],
    'a token of no stated type': [{ typ: undefined }, 'claims_invalid'],
    'a client without audience mapper': [{ aud: 'account' }, 'audience_invalid'],
    'no audience at all': [{ aud: undefined }, 'audience_invalid'],
    'another client': [{ azp: 'other-spa' }, 'claims_invalid'],
    'another realm': [{ iss: 'https://id.example.com/realms/staff' }, 'issuer_untrusted'],
    'the internal name': [
      { iss: 'https://keycloak.internal:8443/realms/customers' },
      'issuer_untrusted',
    ],
    'no subject': [{ sub: undefined }, 'claims_invalid'],
  },
};

const keycloakDiscovered: Provider = {
  ...keycloakProvider,
  preset: keycloak({ url: 'https://id.example.com', realm: 'customers', audience: 'notes-api' }),
  ...discovered(
    'https://id.example.com/realms/customers',
    'https://id.example.com/realms/customers/protocol/openid-connect/certs',
  ),
  identity: { roles: ['offline_access'] },
  nearMisses: {},
};

const googleProvider: Provider = {
  preset: google({ clientIds: '1234.apps.googleusercontent.com', hostedDomains: 'example.com' }),
  ...discovered('https://accounts.google.com', 'https://www.googleapis.com/oauth2/v3/certs'),
  claims: {
    iss: 'https://accounts.google.com',
    sub: '110169484474386276334',
    aud: '1234.apps.googleusercontent.com',
    azp: '1234-android.apps.googleusercontent.com',
    hd: 'example.com',
    email: 'alice@example.com',
  },
  identity: {
    issuer: 'https://accounts.google.com',
    clientId: '1234-android.apps.googleusercontent.com',
  },
  alsoAccepted: { 'the issuer without its scheme': { iss: 'accounts.google.com' } },
  nearMisses: {
    'another app': [{ aud: '9999.apps.googleusercontent.com' }, 'audience_invalid'],
    'a private account': [{ hd: undefined, email: 'alice@example.com' }, 'claims_invalid'],
    'another organization': [{ hd: 'evil.com' }, 'claims_invalid'],
    'the scheme http:': [{ iss: 'http://accounts.google.com' }, 'issuer_untrusted'],
  },
};

const firebaseProvider: Provider = {
  preset: firebase({ projectId: 'my-project-1234' }),
  ...discovered(
    'https://securetoken.google.com/my-project-1234',
    'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
  ),
  claims: {
    iss: 'https://securetoken.google.com/my-project-1234',
    aud: 'my-project-1234',
    sub: 'Xk893u23H9SI893',
    user_id: 'Xk893u23H9SI893',
    auth_time: past,
    firebase: { identities: {}, sign_in_provider: 'password' },
  },
  identity: { subject: 'Xk893u23H9SI893', audience: ['my-project-1234'] },
  nearMisses: {
    'another project': [
      { iss: 'https://securetoken.google.com/other', aud: 'other' },
      'issuer_untrusted',
    ],
    'another project’s audience': [{ aud: 'other' }, 'audience_invalid'],
    'a session cookie': [
      { iss: 'https://session.firebase.google.com/my-project-1234' },
      'issuer_untrusted',
    ],
    'a user of a tenant': [
      { firebase: { identities: {}, sign_in_provider: 'password', tenant: 'acme-x1' } },
      'claims_invalid',
    ],
    'an empty subject': [{ sub: '' }, 'claims_invalid'],
    'no time of sign-in': [{ auth_time: undefined }, 'claims_invalid'],
    'a sign-in in the future': [{ auth_time: past + 10_000 }, 'claims_invalid'],
  },
};

const firebaseTenants: Provider = {
  ...firebaseProvider,
  preset: firebase({ projectId: 'my-project-1234', tenants: ['acme-x1'] }),
  claims: {
    ...firebaseProvider.claims,
    firebase: { identities: {}, sign_in_provider: 'password', tenant: 'acme-x1' },
  },
  identity: { tenant: 'acme-x1' },
  nearMisses: {
    'another tenant': [{ firebase: { tenant: 'other-x2' } }, 'claims_invalid'],
    'a user of no tenant': [{ firebase: {} }, 'claims_invalid'],
    'nothing about the sign-in': [{ firebase: undefined }, 'claims_invalid'],
  },
};

const firebaseAnyTenant: Provider = {
  ...firebaseTenants,
  preset: firebase({ projectId: 'my-project-1234', tenants: 'any' }),
  nearMisses: {},
  alsoAccepted: { 'a user of no tenant': { firebase: {} } },
};

const B2C = `https://contoso.b2clogin.com/${TENANT}`;
const NO_SUBJECT = 'Not supported currently. Use oid claim.';

const b2cProvider: Provider = {
  preset: b2c({
    domain: 'contoso.b2clogin.com',
    tenantId: TENANT,
    policies: 'B2C_1_signin',
    audience: API,
  }),
  jwksUri: `${B2C}/B2C_1_signin/discovery/v2.0/keys`,
  claims: {
    iss: `${B2C}/v2.0/`,
    sub: '884408e1-2918-4cz0-b12d-3aa027d7563b',
    oid: '884408e1-2918-4cz0-b12d-3aa027d7563b',
    aud: API,
    azp: 'web',
    scp: 'notes.read',
    tfp: 'B2C_1_signin',
    ver: '1.0',
  },
  identity: { issuer: `${B2C}/v2.0/`, clientId: 'web', scopes: ['notes.read'] },
  alsoAccepted: {
    'the user flow in acr': { tfp: undefined, acr: 'b2c_1_signin' },
  },
  nearMisses: {
    'an ID token': [{ aud: 'web', azp: undefined, scp: undefined }, 'audience_invalid'],
    'an ID token of the API itself': [{ azp: undefined, scp: undefined }, 'claims_invalid'],
    'another user flow': [{ tfp: 'B2C_1_reset' }, 'claims_invalid'],
    'no user flow': [{ tfp: undefined }, 'claims_invalid'],
    'the sentence for every user': [{ sub: NO_SUBJECT }, 'claims_invalid'],
    'another tenant': [
      { iss: `https://contoso.b2clogin.com/${OTHER_TENANT}/v2.0/` },
      'issuer_untrusted',
    ],
  },
};

const b2cByOid: Provider = {
  ...b2cProvider,
  preset: { ...b2cProvider.preset, identity: { subject: 'oid' } },
  claims: { ...b2cProvider.claims, sub: NO_SUBJECT },
  identity: { subject: '884408e1-2918-4cz0-b12d-3aa027d7563b' },
  alsoAccepted: {},
  nearMisses: { 'no oid': [{ oid: undefined }, 'claims_invalid'] },
};

const adfsProvider: Provider = {
  preset: adfs({ url: 'https://adfs.example.com', audience: 'https://api.example.com' }),
  jwksUri: 'https://adfs.example.com/adfs/discovery/keys',
  claims: {
    iss: 'http://adfs.example.com/adfs/services/trust',
    aud: 'https://api.example.com',
    sub: 'S-1-5-21-1',
    appid: 'web',
    apptype: 'Public',
    scp: 'openid',
    ver: '1.0',
  },
  identity: {
    id: 'http://adfs.example.com/adfs/services/trust|S-1-5-21-1',
    clientId: 'web',
    scopes: ['openid'],
  },
  nearMisses: {
    'an ID token': [{ iss: 'https://adfs.example.com/adfs', aud: 'web' }, 'issuer_untrusted'],
    'a token without client': [{ appid: undefined }, 'claims_invalid'],
    'no claim rule for sub': [{ sub: undefined }, 'claims_invalid'],
  },
};

const betterAuthProvider: Provider = {
  preset: betterAuth({ url: 'https://app.example.com' }),
  jwksUri: 'https://app.example.com/api/auth/jwks',
  header: { typ: undefined },
  claims: {
    iss: 'https://app.example.com',
    aud: 'https://app.example.com',
    sub: 'u1',
    email: 'alice@example.com',
  },
  identity: { id: 'https://app.example.com|u1' },
  alsoAccepted: {
    'a token of the OAuth provider': { iss: 'https://app.example.com/api/auth', azp: 'web' },
  },
  nearMisses: {
    'an ID token of the OAuth provider': [
      { iss: 'https://app.example.com/api/auth', aud: 'web' },
      'audience_invalid',
    ],
    'another server': [{ iss: 'https://app.example.com/auth' }, 'issuer_untrusted'],
  },
};

const cognitoLocal: Provider = {
  ...cognitoProvider,
  preset: cognito({ userPoolId: 'local_2Abc3', clientIds: 'client1' }),
  jwksUri: 'http://localhost:9229/local_2Abc3/.well-known/jwks.json',
  claims: { ...cognitoProvider.claims, iss: 'http://localhost:9229/local_2Abc3' },
  identity: { issuer: 'http://localhost:9229/local_2Abc3', clientId: 'client1' },
  alsoAccepted: {},
  nearMisses: {
    'an ID token': [{ token_use: 'id', aud: 'client1', client_id: undefined }, 'claims_invalid'],
    'the pool of that name at Amazon': [{ iss: `${COGNITO}_local` }, 'issuer_untrusted'],
  },
};

const githubClaims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'https://api.example.com',
  sub: 'repo:octo-org/octo-repo:environment:prod',
  repository: 'octo-org/octo-repo',
  repository_id: '74',
  repository_owner: 'octo-org',
  repository_owner_id: '65',
  job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  ref: 'refs/heads/main',
};

const githubProvider: Provider = {
  preset: githubActions({ audience: 'https://api.example.com', repositoryOwnerIds: '65' }),
  ...discovered(
    'https://token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com/.well-known/jwks',
  ),
  claims: githubClaims,
  identity: { subject: githubClaims.sub },
  nearMisses: {
    'another owner': [{ repository_owner_id: '66' }, 'claims_invalid'],
    'another owner of the same name': [
      { repository_owner: 'octo-org', repository_owner_id: '66' },
      'claims_invalid',
    ],
    'the audience GitHub writes by itself': [
      { aud: 'https://github.com/octo-org' },
      'audience_invalid',
    ],
    'an enterprise': [
      { iss: 'https://token.actions.githubusercontent.com/octocat-inc' },
      'issuer_untrusted',
    ],
    'a look-alike host': [
      { iss: 'https://token.actions.githubusercontent.com.evil.com' },
      'issuer_untrusted',
    ],
  },
};

const githubEnterprise: Provider = {
  preset: githubActions({
    audience: 'https://api.example.com',
    enterprise: 'octocat-inc',
    repositoryIds: ['74', '75'],
  }),
  ...discovered(
    'https://token.actions.githubusercontent.com/octocat-inc',
    'https://token.actions.githubusercontent.com/octocat-inc/.well-known/jwks',
  ),
  claims: { ...githubClaims, iss: 'https://token.actions.githubusercontent.com/octocat-inc' },
  identity: { subject: githubClaims.sub },
  nearMisses: {
    'another repository': [{ repository_id: '76' }, 'claims_invalid'],
    'the issuer all share': [{ iss: githubClaims.iss }, 'issuer_untrusted'],
    'a path below the enterprise': [
      { iss: 'https://token.actions.githubusercontent.com/octocat-inc/x' },
      'issuer_untrusted',
    ],
  },
};

const gitlabProvider: Provider = {
  preset: gitlab({ audience: 'https://api.example.com', namespaceIds: '72' }),
  ...discovered('https://gitlab.com', 'https://gitlab.com/oauth/discovery/keys'),
  claims: {
    iss: 'https://gitlab.com',
    aud: 'https://api.example.com',
    sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    ref_protected: 'true',
  },
  identity: { subject: 'project_path:my-group/my-project:ref_type:branch:ref:main' },
  nearMisses: {
    'another group': [{ namespace_id: '73' }, 'claims_invalid'],
    'a user’s ID token': [
      { sub: '1234', namespace_id: undefined, project_id: undefined },
      'claims_invalid',
    ],
    'a job’s token for another service': [{ aud: 'https://vault.example' }, 'audience_invalid'],
    'another instance': [{ iss: 'https://gitlab.example.com' }, 'issuer_untrusted'],
  },
};

const supabaseProvider: Provider = {
  preset: supabase({ projectUrl: 'https://abcdefgh.supabase.co' }),
  jwksUri: 'https://abcdefgh.supabase.co/auth/v1/.well-known/jwks.json',
  claims: {
    iss: 'https://abcdefgh.supabase.co/auth/v1',
    aud: 'authenticated',
    sub: '123e4567-e89b-12d3-a456-426614174000',
    role: 'authenticated',
    aal: 'aal1',
    session_id: 's',
    is_anonymous: false,
  },
  identity: { subject: '123e4567-e89b-12d3-a456-426614174000', roles: ['authenticated'] },
  nearMisses: {
    'the anon key': [{ iss: 'supabase', aud: undefined, role: 'anon' }, 'issuer_untrusted'],
    'the service_role key': [{ iss: 'supabase', role: 'service_role' }, 'issuer_untrusted'],
    'an anonymous audience': [{ aud: 'anon', role: 'anon' }, 'audience_invalid'],
    'another project': [{ iss: 'https://zyxwvuts.supabase.co/auth/v1' }, 'issuer_untrusted'],
  },
};

const clerkProvider: Provider = {
  preset: clerk({
    frontendApiUrl: 'https://clerk.example.com',
    authorizedParties: ['https://app.example.com'],
  }),
  jwksUri: 'https://clerk.example.com/.well-known/jwks.json',
  claims: {
    iss: 'https://clerk.example.com',
    azp: 'https://app.example.com',
    sub: 'user_123',
    sid: 'sess_123',
    nbf: past,
    v: 2,
  },
  identity: { subject: 'user_123', audience: [] },
  nearMisses: {
    'another app of the instance': [{ azp: 'https://evil.example.com' }, 'claims_invalid'],
    'a session without origin': [{ azp: undefined }, 'claims_invalid'],
    'a token of no session': [{ sid: undefined }, 'claims_invalid'],
    'another instance': [{ iss: 'https://other.clerk.accounts.dev' }, 'issuer_untrusted'],
  },
};

const zitadelProvider: Provider = {
  preset: zitadel({ url: 'https://acme.zitadel.cloud', projectId: '69234237810729019' }),
  ...discovered('https://acme.zitadel.cloud', 'https://acme.zitadel.cloud/oauth/v2/keys'),
  claims: {
    iss: 'https://acme.zitadel.cloud',
    sub: '77776025198584418',
    aud: ['69234237810729234', '69234237810729019'],
    azp: '69234237810729234',
    jti: '69234237813329048',
    nbf: past,
    'urn:zitadel:iam:org:project:roles': { editor: { id1: 'acme.zitadel.cloud' } },
  },
  identity: { clientId: '69234237810729234', tokenId: '69234237813329048', roles: ['editor'] },
  nearMisses: {
    'an ID token': [{ jti: undefined, amr: ['pwd'], auth_time: past }, 'claims_invalid'],
    'another project': [{ aud: ['69234237810729234'] }, 'audience_invalid'],
    'another instance': [{ iss: 'https://evil.zitadel.cloud' }, 'issuer_untrusted'],
  },
};

const authentikProvider: Provider = {
  preset: authentik({ url: 'https://auth.example.com', slug: 'notes', clientId: 'aBcDeFgH' }),
  ...discovered(
    'https://auth.example.com/application/o/notes/',
    'https://auth.example.com/application/o/notes/jwks/',
  ),
  claims: {
    iss: 'https://auth.example.com/application/o/notes/',
    sub: 'b4b1',
    aud: 'aBcDeFgH',
    azp: 'aBcDeFgH',
    uid: 'x1',
    groups: ['editors'],
  },
  identity: { clientId: 'aBcDeFgH', roles: ['editors'] },
  nearMisses: {
    'an ID token': [{ azp: undefined, uid: undefined, nonce: 'n', at_hash: 'h' }, 'claims_invalid'],
    'another application': [
      { iss: 'https://auth.example.com/application/o/other/', aud: 'other', azp: 'other' },
      'issuer_untrusted',
    ],
    'no slash': [{ iss: 'https://auth.example.com/application/o/notes' }, 'issuer_untrusted'],
  },
};

/** Every preset but `kubernetes`, which brings a `fetch` of its own, as its provider is documented. */
export const PROVIDERS: Readonly<Record<string, Provider>> = {
  auth0: auth0Provider,
  'entra, one tenant': entraProvider,
  'entra, any tenant': entraMany,
  'entra, listed tenants': entraListed,
  'entra, version 1': entraVersion1,
  'entra, version 1, any tenant': entraVersion1Many,
  cognito: cognitoProvider,
  'cognito with a resource': cognitoWithResource,
  okta: oktaProvider,
  'keycloak behind two addresses': keycloakProvider,
  keycloak: keycloakDiscovered,
  google: googleProvider,
  firebase: firebaseProvider,
  'firebase, one tenant': firebaseTenants,
  'firebase, any tenant': firebaseAnyTenant,
  b2c: b2cProvider,
  'b2c, subject in oid': b2cByOid,
  adfs: adfsProvider,
  betterAuth: betterAuthProvider,
  'cognito-local': cognitoLocal,
  githubActions: githubProvider,
  'githubActions of an enterprise': githubEnterprise,
  gitlab: gitlabProvider,
  supabase: supabaseProvider,
  clerk: clerkProvider,
  zitadel: zitadelProvider,
  authentik: authentikProvider,
  ...PROXIES_AND_GRIDS,
};
