import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { validateConfig } from '../../../src/config/validate-config.js';
import { resolveConfig } from '../../../src/config/resolved-config.js';
import { faultsOf, faultsOfIssuer } from './faults-of.js';
import { jwkOf, PAIRS, pemOf } from './key-material.js';

const NOT_SET = 'Is an environment variable not set?';
const CREDENTIALS = { clientId: 'api', clientSecret: 'a secret' };
const { rsa, p256 } = PAIRS;
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });

const faultsWith = (introspection: unknown, more: object = {}): readonly string[] =>
  faultsOfIssuer({ introspection, ...more });

describe('introspection', () => {
  it.each<readonly [what: string, introspection: object, more?: object]>([
    ['a secret', CREDENTIALS],
    ['a secret in the form', { ...CREDENTIALS, authentication: 'client_secret_post' }],
    ['a key', { clientId: 'api', privateKey: pemOf(rsa.privateKey) }],
    ['a KeyObject', { clientId: 'api', privateKey: p256.privateKey, assertionAlgorithm: 'ES256' }],
    ['a JSON Web Key', { clientId: 'api', privateKey: jwkOf(rsa.privateKey), privateKeyId: 'a' }],
    ['a bearer token', { bearerToken: () => 'token' }],
    [
      'a certificate',
      { clientId: 'api', authentication: 'tls_client_auth' },
      { http: { fetch: () => undefined } },
    ],
    [
      'everything',
      {
        ...{ ...CREDENTIALS, endpoint: 'https://idp.example/introspect', tokenPrefix: 'gw_' },
        ...{ mode: 'always', maxAgeSeconds: 60, maxConcurrent: 10, signedAnswers: 'required' },
      },
    ],
    [
      'an http: address that is allowed',
      { ...CREDENTIALS, endpoint: 'http://idp.example/i' },
      { http: { allowInsecure: true } },
    ],
    ['an http: address on this machine', { ...CREDENTIALS, endpoint: 'http://localhost:8080/i' }],
  ])('is accepted with %s', (_what, introspection, more = {}) => {
    expect(faultsWith(introspection, more)).toEqual([]);
  });

  it.each<readonly [what: string, introspection: unknown, line: string, more?: object]>([
    [
      'a text',
      'https://idp.example',
      ': a string is not an object with options. Write options, like { clientId: "api", clientSecret }.',
    ],
    [
      'nothing in it',
      {},
      `: no credentials are given. Name clientSecret, privateKey or bearerToken; is an environment variable not set?`,
    ],
    [
      'no secret',
      { clientId: 'api', clientSecret: undefined },
      ': no credentials are given. Name clientSecret, privateKey or bearerToken; is an environment variable not set?',
    ],
    [
      'no client',
      { clientSecret: 'a secret' },
      ': clientId is missing. Give the name under which the authorization server knows this API.',
    ],
    [
      'two sets',
      { ...CREDENTIALS, privateKey: rsa.privateKey },
      ': clientSecret and privateKey are given together. Choose one.',
    ],
    [
      'the wrong set',
      { ...CREDENTIALS, authentication: 'private_key_jwt' },
      ': "private_key_jwt" needs privateKey. Give it, or name another authentication.',
    ],
    [
      'a certificate and a secret',
      { ...CREDENTIALS, authentication: 'tls_client_auth' },
      ': clientSecret is not used with "tls_client_auth". Remove it, or name another authentication.',
      { http: { fetch: () => undefined } },
    ],
    [
      'a certificate that nobody shows',
      { clientId: 'api', authentication: 'tls_client_auth' },
      ': "tls_client_auth" needs an http.fetch of this issuer that presents the client certificate.',
    ],
    [
      'another authentication',
      { ...CREDENTIALS, authentication: 'client_secret_baisc' },
      '.authentication: "client_secret_baisc" is not one of the values. Did you mean "client_secret_basic"?',
    ],
    ['an empty secret', { clientId: 'api', clientSecret: '' }, `.clientSecret: empty. ${NOT_SET}`],
    [
      'a secret that is no text',
      { clientId: 'api', clientSecret: 12345 },
      '.clientSecret: a number is not a secret. Give a string.',
    ],
    [
      'a secret with a line break',
      { clientId: 'api', clientSecret: 'a secret\n' },
      '.clientSecret: the secret begins or ends with white space. Trim what was read from a file.',
    ],
    [
      'a placeholder',
      { clientId: 'api', clientSecret: 'changeme' },
      '.clientSecret: a placeholder is not a secret. Copy it from the authorization server.',
    ],
    [
      'an empty client',
      { clientId: '', clientSecret: 'a secret' },
      `.clientId: "" is empty. ${NOT_SET}`,
    ],
    [
      'a public key',
      { clientId: 'api', privateKey: pemOf(rsa.publicKey) },
      '.privateKey: the text holds a public key. Give the private one of this API.',
    ],
    [
      'a public KeyObject',
      { clientId: 'api', privateKey: rsa.publicKey },
      '.privateKey: a public KeyObject is not a private key. Give the private one of this API.',
    ],
    [
      'a public JSON Web Key',
      { clientId: 'api', privateKey: jwkOf(rsa.publicKey) },
      '.privateKey: the JSON Web Key can’t be read as a private key. Copy all of it, with its "d".',
    ],
    [
      'a key with lost line breaks',
      { clientId: 'api', privateKey: pemOf(rsa.privateKey).replaceAll('\n', '\\n') },
      String.raw`.privateKey: the PEM text has the two characters \n in place of line breaks. Restore them: text.replaceAll('\\n', '\n').`,
    ],
    [
      'a key in one line',
      { clientId: 'api', privateKey: pemOf(rsa.privateKey).trim().replaceAll('\n', ' ') },
      '.privateKey: the PEM text is in one line. It needs a line break after its BEGIN line and one before its END line.',
    ],
    [
      'a text that is no key',
      { clientId: 'api', privateKey: 'secret' },
      '.privateKey: the text can’t be read as a private key in PEM. Copy all of it, from its BEGIN to its END line.',
    ],
    [
      'a number for a key',
      { clientId: 'api', privateKey: 5 },
      '.privateKey: a number is not a private key. Give PEM text, a private KeyObject or a JSON Web Key.',
    ],
    [
      'a short key',
      { clientId: 'api', privateKey: weak.privateKey },
      '.privateKey: the key is an RSA key of 1024 bits, shorter than the 2048 that RFC 7518 demands. Make a longer one.',
    ],
    [
      'an algorithm of another key',
      { clientId: 'api', privateKey: p256.privateKey, assertionAlgorithm: 'RS256' },
      '.assertionAlgorithm: "RS256" is not for this privateKey. Name one of ES256, or leave it out.',
    ],
    [
      'an algorithm and no key',
      { ...CREDENTIALS, assertionAlgorithm: 'RS256' },
      '.assertionAlgorithm: is for assertions, which privateKey signs. Give privateKey, or remove it.',
    ],
    [
      'a bearer token that is no function',
      { bearerToken: 'token' },
      '.bearerToken: a string is not a function. It returns the access token for the next call.',
    ],
    [
      'an insecure endpoint',
      { ...CREDENTIALS, endpoint: 'http://idp.example/i' },
      '.endpoint: "http://idp.example/i" is an http: address beyond loopback: anyone on the way could read tokens, and answer in its place. Use https:, or set http.allowInsecure.',
    ],
    [
      'an endpoint that is none',
      { ...CREDENTIALS, endpoint: '/introspect' },
      '.endpoint: "/introspect" is not an https: URL. Write the whole address, without white space.',
    ],
    [
      'credentials in the endpoint',
      { ...CREDENTIALS, endpoint: 'https://a:b@idp.example/i' },
      '.endpoint: "https://…@idp.example/i" holds credentials, which end up in logs. Give them in http.headers.',
    ],
    [
      'a prefix of other characters',
      { ...CREDENTIALS, tokenPrefix: 'gw ' },
      '.tokenPrefix: "gw " cannot begin a token: a token consists of letters, digits and "-._~+/" (RFC 6750 section 2.1).',
    ],
    [
      'an empty prefix',
      { ...CREDENTIALS, tokenPrefix: '' },
      `.tokenPrefix: "" is empty. ${NOT_SET}`,
    ],
    [
      'another mode',
      { ...CREDENTIALS, mode: 'allways' },
      '.mode: "allways" is not one of the values. Did you mean "always"?',
    ],
    [
      'a negative age',
      { ...CREDENTIALS, maxAgeSeconds: -1 },
      '.maxAgeSeconds: -1 is not a finite number from 0 to 86400. Give the longest time in seconds.',
    ],
    [
      'no calls',
      { ...CREDENTIALS, maxConcurrent: 0 },
      '.maxConcurrent: 0 is not a finite number from 1 to 10000. Give how many calls may run at the same time.',
    ],
    [
      'another word for signed',
      { ...CREDENTIALS, signedAnswers: true },
      '.signedAnswers: true is not one of the values. Write "off" or "accepted" or "required".',
    ],
    [
      'an unknown option',
      { ...CREDENTIALS, secret: 'a' },
      '.secret: unknown option here. It belongs in keys of an issuer.',
    ],
    [
      'signed answers for nobody',
      { bearerToken: () => 'a', signedAnswers: 'required' },
      ': signed answers name this API in "aud". Give clientId, or an audience of this issuer.',
      { audience: null, clientIds: ['app'] },
    ],
  ])('%s: introspection has exactly this fault', (_what, introspection, line, more = {}) => {
    expect(faultsWith(introspection, more)).toEqual([`issuers[0].introspection${line}`]);
  });

  it('a template has none', () => {
    const template = {
      issuer: 'https://login.example/{tenantid}/v2.0',
      tenants: 'any',
      keys: { jwksUri: 'https://login.example/keys' },
      introspection: CREDENTIALS,
    };
    expect(faultsOf({ audience: 'api', issuers: [template] })).toEqual([
      'issuers[0].introspection: a template has no introspection: each tenant has an endpoint of its own. List the tenant as an issuer of its own.',
    ]);
  });

  const two = (one: object, other: object): readonly string[] =>
    faultsOf({
      audience: 'api',
      issuers: [one, other].map((introspection, at) => ({
        issuer: `https://idp${at}.example`,
        introspection: { ...CREDENTIALS, ...introspection },
      })),
    });

  it('two without prefixes do not start', () => {
    expect(two({}, {})).toEqual([
      'issuers[1].introspection: opaque tokens without a known prefix already belong to issuers[0].introspection, and a token is never shown to two servers. Give tokenPrefix, with which the tokens of this issuer begin.',
    ]);
    expect(two({}, { mode: 'always' })).toEqual([]);
    expect(two({ mode: 'always' }, { mode: 'always' })).toEqual([]);
  });

  it('nor do two with the same', () => {
    expect(two({ tokenPrefix: 'gw_' }, { tokenPrefix: 'gw_', mode: 'always' })).toEqual([
      'issuers[1].introspection.tokenPrefix: "gw_" is already used by issuers[0].introspection.tokenPrefix, and a token is never shown to two servers. Give each issuer a prefix of its own.',
    ]);
    expect(two({ tokenPrefix: 'gw_' }, { tokenPrefix: 'gw_b' })).toEqual([]);
    expect(two({ tokenPrefix: 'gw_' }, {})).toEqual([]);
  });

  it('no secret is ever shown', () => {
    const secret = 'hunter2hunter2';
    for (const introspection of [
      { clientSecret: ` ${secret}` },
      { clientId: 'api', privateKey: secret },
      { bearerToken: secret },
      { clientSecret: [secret], clientId: 5 },
      { clientId: 'api', [secret]: secret },
    ])
      expect(faultsWith(introspection).join().replace(`.${secret}: unknown`, '')).not.toContain(
        secret,
      );
  });

  it('is resolved with its defaults', () => {
    const issuers = [{ issuer: 'https://idp.example', introspection: CREDENTIALS }];
    const [policy] = resolveConfig(validateConfig({ audience: 'api', issuers })).issuers;
    expect(policy?.introspection).toEqual({
      ...CREDENTIALS,
      ...{ authentication: 'client_secret_basic', mode: 'opaque', signedAnswers: 'off' },
      ...{ maxAgeSeconds: 0, maxConcurrent: 50 },
    });
  });
});
