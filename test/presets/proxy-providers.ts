import {
  cloudflareAccess,
  googleIap,
  pomerium,
  scitokens,
  wlcg,
} from 'nestjs-trusted-issuers/presets';
import type { Provider } from './presented.js';

const AUD_TAG = '32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228';
const OTHER_TAG = '97e2aae120121f902df8bc99fc345913ab186d174f3079ea729236766b2e7c4a';
const TEAM = 'https://yourteam.cloudflareaccess.com';

const cloudflareProvider: Provider = {
  preset: cloudflareAccess({ team: 'yourteam', audience: AUD_TAG }),
  jwksUri: `${TEAM}/cdn-cgi/access/certs`,
  claims: {
    iss: TEAM,
    aud: [AUD_TAG],
    email: 'user@example.com',
    type: 'app',
    identity_nonce: '6ei69kawdKzMIAPF',
    sub: '7335d417-61da-459d-899c-0a01c76a2f94',
    country: 'US',
  },
  identity: { subject: '7335d417-61da-459d-899c-0a01c76a2f94', clientId: undefined },
  nearMisses: {
    'a global session token': [{ type: 'org' }, 'claims_invalid'],
    'a token that does not say what it is': [{ type: undefined }, 'claims_invalid'],
    'another application of the team': [{ aud: [OTHER_TAG] }, 'audience_invalid'],
    'another team': [{ iss: 'https://evil.cloudflareaccess.com' }, 'issuer_untrusted'],
    'neither user nor service': [{ sub: '' }, 'claims_invalid'],
  },
};

const cloudflareService: Provider = {
  ...cloudflareProvider,
  claims: {
    iss: TEAM,
    aud: [AUD_TAG],
    type: 'app',
    common_name: 'e367826f93b8d71185e03fe518aff3b4.access',
    sub: '',
  },
  identity: {
    subject: 'e367826f93b8d71185e03fe518aff3b4.access',
    clientId: 'e367826f93b8d71185e03fe518aff3b4.access',
  },
  nearMisses: {
    'a service token of another application': [{ aud: [OTHER_TAG] }, 'audience_invalid'],
    'no name of the service': [{ common_name: undefined }, 'claims_invalid'],
  },
};

const IAP_AUDIENCE = '/projects/123456789/global/backendServices/987654321';

const iapProvider: Provider = {
  preset: googleIap({ audience: IAP_AUDIENCE, hostedDomains: 'example.com' }),
  jwksUri: 'https://www.gstatic.com/iap/verify/public_key-jwk',
  algorithm: 'ES256',
  claims: {
    iss: 'https://cloud.google.com/iap',
    aud: IAP_AUDIENCE,
    azp: IAP_AUDIENCE,
    sub: 'accounts.google.com:118133858486581853996',
    email: 'user@example.com',
    hd: 'example.com',
  },
  identity: { subject: 'accounts.google.com:118133858486581853996' },
  nearMisses: {
    'another backend of the project': [
      { aud: '/projects/123456789/global/backendServices/1' },
      'audience_invalid',
    ],
    'another project': [
      { aud: '/projects/99/global/backendServices/987654321' },
      'audience_invalid',
    ],
    'a Google account of no organization': [{ hd: undefined }, 'claims_invalid'],
    'another organization': [{ hd: 'example.org' }, 'claims_invalid'],
    'an ID token of Google': [{ iss: 'https://accounts.google.com' }, 'issuer_untrusted'],
  },
};

const pomeriumProvider: Provider = {
  preset: pomerium({ host: 'app.example.com' }),
  jwksUri: 'https://app.example.com/.well-known/pomerium/jwks.json',
  algorithm: 'ES256',
  claims: {
    iss: 'app.example.com',
    aud: 'app.example.com',
    jti: 'f8bf3d2f-4ef2-4b0f-9c12-1f0b1a3a7ed5',
    sub: 'auth0|507f1f77bcf86cd799439011',
    user: 'auth0|507f1f77bcf86cd799439011',
    email: 'user@example.com',
    groups: ['editors'],
    sid: '4d3f',
    name: 'A User',
  },
  identity: { subject: 'auth0|507f1f77bcf86cd799439011', roles: ['editors'] },
  nearMisses: {
    'another route': [{ iss: 'other.example.com', aud: 'other.example.com' }, 'issuer_untrusted'],
    'the other format of "iss"': [{ iss: 'https://app.example.com/' }, 'issuer_untrusted'],
    'an assertion for another route': [{ aud: 'other.example.com' }, 'audience_invalid'],
    'an anonymous visitor': [{ sub: '', user: '' }, 'claims_invalid'],
  },
};

const pomeriumUri: Provider = {
  ...pomeriumProvider,
  preset: pomerium({ host: 'app.example.com', issuerFormat: 'uri' }),
  claims: { ...pomeriumProvider.claims, iss: 'https://app.example.com/' },
  nearMisses: {
    'the other format of "iss"': [{ iss: 'app.example.com' }, 'issuer_untrusted'],
    'no slash': [{ iss: 'https://app.example.com' }, 'issuer_untrusted'],
  },
};

const CMS = 'https://scitokens.org/cms';

const scitokensProvider: Provider = {
  preset: scitokens({ issuer: CMS, audience: 'https://transfer-server.example.com' }),
  metadata: {
    [`${CMS}/.well-known/openid-configuration`]: {
      issuer: CMS,
      jwks_uri: `${CMS}/oauth2/certs`,
    },
  },
  jwksUri: `${CMS}/oauth2/certs`,
  claims: {
    iss: CMS,
    aud: 'https://transfer-server.example.com',
    sub: 'bbockelm',
    scope: 'read:/store write:/store/user/bbockelm',
    ver: 'scitoken:2.0',
  },
  identity: { subject: 'bbockelm', scopes: ['read:/store', 'write:/store/user/bbockelm'] },
  alsoAccepted: {
    'a token for any service': { aud: 'ANY' },
    'the other spelling of the version': { ver: 'scitokens:2.0' },
    'a token without subject': { sub: undefined, jti: 'one' },
    'a token without subject and id': { sub: undefined },
  },
  nearMisses: {
    'another service': [{ aud: 'https://www.google.com' }, 'audience_invalid'],
    'any service, in other letters': [{ aud: 'any' }, 'audience_invalid'],
    'no audience': [{ aud: undefined }, 'audience_invalid'],
    'version 1': [{ ver: undefined }, 'claims_invalid'],
    'a version to come': [{ ver: 'scitoken:3.0' }, 'claims_invalid'],
    'no scope': [{ scope: undefined }, 'claims_invalid'],
    'another organization': [{ iss: 'https://scitokens.org/ligo' }, 'issuer_untrusted'],
  },
};

const DTEAM = 'https://dteam.wlcg.example';

const wlcgProvider: Provider = {
  preset: wlcg({ issuer: DTEAM, audience: 'https://storage.example.com' }),
  metadata: {
    [`${DTEAM}/.well-known/openid-configuration`]: { issuer: DTEAM, jwks_uri: `${DTEAM}/jwk` },
  },
  jwksUri: `${DTEAM}/jwk`,
  claims: {
    iss: DTEAM,
    aud: ['https://storage.example.com'],
    jti: '40ce5a87-e419-4bdf-9e11-61dfb160f89d',
    sub: 'e1eb758b-b73c-4761-bfff-adc793da409c',
    scope: 'storage.read:/store storage.modify:/store/user/aresearcher',
    'wlcg.ver': '1.0',
    'wlcg.groups': ['/dteam', '/dteam/production'],
    groups: ['/not/these'],
  },
  identity: {
    scopes: ['storage.read:/store', 'storage.modify:/store/user/aresearcher'],
    roles: ['/dteam', '/dteam/production'],
  },
  alsoAccepted: {
    'a token for any service': { aud: 'https://wlcg.cern.ch/jwt/v1/any' },
    'a newer minor version': { 'wlcg.ver': '1.3' },
  },
  nearMisses: {
    'another service': [{ aud: 'https://other.example.com' }, 'audience_invalid'],
    'any service, in the words of SciTokens': [{ aud: 'ANY' }, 'audience_invalid'],
    'another major version': [{ 'wlcg.ver': '2.0' }, 'claims_invalid'],
    'no version': [{ 'wlcg.ver': undefined }, 'claims_invalid'],
    'no id': [{ jti: undefined }, 'claims_invalid'],
    'no subject': [{ sub: undefined }, 'claims_invalid'],
    'another organization': [{ iss: 'https://atlas.wlcg.example' }, 'issuer_untrusted'],
  },
};

/** Identity-aware proxies, and the tokens of grids. */
export const PROXIES_AND_GRIDS: Readonly<Record<string, Provider>> = {
  cloudflareAccess: cloudflareProvider,
  'cloudflareAccess, a service token': cloudflareService,
  googleIap: iapProvider,
  pomerium: pomeriumProvider,
  'pomerium, "iss" as URI': pomeriumUri,
  scitokens: scitokensProvider,
  wlcg: wlcgProvider,
};
