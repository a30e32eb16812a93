import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig } from '../../../src/config/auth-module-config.js';
import { validateConfig, validateTrustedIssuer } from '../../../src/config/config.validator.js';
import { AuthConfigurationError } from '../../../src/config/configuration.error.js';
import { faultsOf, faultsOfIssuer } from './faults-of.js';
import { CERTIFICATE, jwkOf, PAIRS, pemOf } from './key-material.js';

const { rsa, pss, p256, p384, p521, ed25519, ed448 } = PAIRS;

describe('validateConfig', () => {
  it('returns the very object it was given, its keys untouched', () => {
    const key = rsa.publicKey;
    const config = {
      audience: 'api',
      issuers: [{ issuer: 'https://a.example', keys: { publicKey: key } }],
    } satisfies AuthModuleConfig;
    const before = Object.keys(config.issuers[0]!.keys);
    expect(validateConfig(config)).toBe(config);
    expect(config.issuers[0]?.keys.publicKey).toBe(key);
    expect(Object.keys(config.issuers[0]!.keys)).toEqual(before);
  });

  it('accepts deeply frozen input', () => {
    const config = Object.freeze({
      audience: Object.freeze(['api']),
      issuers: Object.freeze([
        'https://a.example',
        Object.freeze({ issuer: 'https://b.example', http: Object.freeze({ timeoutMs: 1 }) }),
      ]),
    });
    expect(validateConfig(config)).toBe(config);
  });

  it('accepts an instance of a class, members inherited from it included', () => {
    class Configured {
      readonly issuers = ['https://a.example'];
      get audience(): string {
        return 'api';
      }
    }
    expect(faultsOf(new Configured())).toEqual([]);
  });

  it('accepts an object without a prototype', () => {
    expect(
      faultsOf(
        Object.assign(Object.create(null), { audience: 'api', issuers: ['https://a.example'] }),
      ),
    ).toEqual([]);
  });

  it('takes undefined for absent everywhere', () => {
    const options = [
      ...['realm', 'disclosure', 'authenticateHint', 'maxTokenBytes', 'tokenSources', 'isRevoked'],
      'audience',
    ];
    const issuerOptions = [
      ...['issuerAliases', 'keys', 'algorithms', 'tokenTypes', 'clientIds', 'requiredClaims'],
      ...['clockToleranceSeconds', 'maxTokenAgeSeconds', 'identity', 'http'],
    ];
    const undefinedOf = (names: readonly string[]): object =>
      Object.fromEntries(names.map((name) => [name, undefined]));
    const issuer = {
      ...{ issuer: 'https://a.example', audience: 'api' },
      ...undefinedOf(issuerOptions),
      http: undefinedOf(['timeoutMs', 'headers', 'fetch', 'maxBytes', 'allowInsecure']),
      identity: undefinedOf(['subject', 'clientId', 'scopes', 'roles', 'tenant']),
      keys: { jwksUri: 'https://a.example/keys', jwks: undefined, secret: undefined },
    };
    expect(faultsOf({ issuers: [issuer], ...undefinedOf(options) })).toEqual([]);
  });

  it('accepts that the cache of verified tokens is off', () => {
    const issuers = ['https://a.example'];
    expect(faultsOf({ audience: 'api', issuers, verifiedTokenCache: false })).toEqual([]);
  });

  it('accepts every option of the module', () => {
    expect(
      faultsOf({
        issuers: ['https://a.example', 'https://a.example/', 'https://A.example'],
        audience: ['api', 'https://api.example'],
        realm: 'my "api"',
        disclosure: 'minimal',
        authenticateHint: 'auth_required',
        maxTokenBytes: 256,
        tokenSources: [
          'header',
          { cookie: 'a' },
          { query: 'a' },
          { body: 'a' },
          { cookie: 'b' },
          () => undefined,
        ],
        verifiedTokenCache: { maxEntries: 1, maxAgeSeconds: 86_400 },
        errorReference: { path: '/docs/errors_v1', url: 'https://api.example/v1/errors' },
        problemDetails: true,
        isRevoked: () => false,
      }),
    ).toEqual([]);
  });

  it.each<readonly [what: string, changes: object]>([
    [
      'every term',
      {
        issuerAliases: ['http://keycloak:8080/realms/x', 'keycloak'],
        audience: ['a', 'b'],
        algorithms: ['RS256', 'Ed25519'],
        tokenTypes: ['at+jwt', 'JWT', null],
        clientIds: ['app'],
        requiredClaims: { a: 'x', b: 1, c: false, d: ['x', 2, true], e: () => true, 'f.g': '' },
        clockToleranceSeconds: 0,
        maxTokenAgeSeconds: 0.5,
        identity: {
          subject: 'oid',
          clientId: ['azp'],
          scopes: 'scp',
          roles: ['realm_access.roles'],
          tenant: 'tid',
        },
        http: {
          timeoutMs: 60_000,
          headers: { 'X-Key': 'k', Authorization: 'Basic \u00e9' },
          fetch,
          maxBytes: 1024,
          allowInsecure: false,
        },
      },
    ],
    ['headers by function', { http: { headers: async () => ({}) } }],
    ['the greatest tolerance', { clockToleranceSeconds: 300 }],
    ['no audience, but clients', { audience: null, clientIds: ['app'] }],
    ['no audience, but claims', { audience: null, requiredClaims: { client_id: 'app' } }],
    [
      'no audience, but a predicate',
      { audience: null, requiredClaims: { typ: (typ: unknown) => typ === 'Bearer' } },
    ],
    [
      'no audience, but a tenant of an issuer that names none',
      { audience: null, requiredClaims: { tid: 'acme' } },
    ],
    [
      'http: on loopback',
      {
        issuer: 'http://127.1.2.3:8080/realms/x',
        keys: { jwksUri: ['http://localhost/a', 'http://[::1]:1/b'] },
      },
    ],
    [
      'http: allowed',
      {
        issuer: 'http://idp.internal',
        http: { allowInsecure: true },
        keys: { discovery: 'http://idp.internal/.well-known/openid-configuration' },
      },
    ],
    [
      'an issuer that is no URL',
      {
        issuer: 'accounts.google.com',
        keys: { jwksUri: 'https://www.googleapis.com/oauth2/v3/certs' },
      },
    ],
    [
      'an issuer that is no URL, discovered elsewhere',
      { issuer: 'urn:idp', keys: { discovery: 'https://idp.example/.well-known/x' } },
    ],
    [
      'a key address with a query',
      { keys: { jwksUri: 'https://idp.example/keys?p=b2c_1_signin' } },
    ],
    [
      'a JWK Set',
      {
        keys: {
          jwks: {
            keys: [jwkOf(rsa.publicKey), { ...jwkOf(p256.publicKey), use: 'enc' }, { kty: 'NEW' }],
          },
        },
      },
    ],
    ['PEM', { keys: { publicKey: pemOf(rsa.publicKey) } }],
    [
      'PEM of PKCS 1',
      { keys: { publicKey: rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) } },
    ],
    ['a certificate', { keys: { publicKey: CERTIFICATE }, algorithms: ['ES256'] }],
    [
      'key objects of every kind',
      {
        keys: {
          publicKey: [rsa, pss, p256, p384, p521, ed25519, ed448].map((pair) => pair.publicKey),
        },
      },
    ],
    ['a secret string', { keys: { secret: 's'.repeat(32) }, algorithms: ['HS256'] }],
    [
      'a secret of multi-byte characters',
      { keys: { secret: '€'.repeat(11) }, algorithms: ['HS256'] },
    ],
    ['secret bytes', { keys: { secret: new Uint8Array(48) }, algorithms: ['HS256', 'HS384'] }],
    [
      'a secret key object',
      { keys: { secret: createSecretKey(Buffer.alloc(64)) }, algorithms: ['HS512'] },
    ],
  ])('accepts %s', (_what, changes) => {
    expect(faultsOfIssuer(changes)).toEqual([]);
  });
});

describe('validateTrustedIssuer', () => {
  const issuersInUse = new Set(['https://a.example', 'alias']);

  it('returns the very object, or an object for a string', () => {
    const issuer = { issuer: 'https://b.example' };
    expect(validateTrustedIssuer(issuer, { audience: 'api' })).toBe(issuer);
    expect(validateTrustedIssuer('https://b.example', { audience: 'api' })).toEqual(issuer);
  });

  it('names faults by paths of the issuer itself', () => {
    const issuer = { issuer: 'https://a.example', issuerAliases: ['alias'], keys: {}, clock: 1 };
    expect(() => validateTrustedIssuer(issuer, { issuersInUse })).toThrow(
      new AuthConfigurationError([
        { path: 'clock', message: 'unknown option. Did you mean clockToleranceSeconds?' },
        {
          path: 'issuer',
          message:
            '"https://a.example" is already used by another trusted issuer. Name every issuer once.',
        },
        {
          path: 'issuerAliases[0]',
          message: '"alias" is already used by another trusted issuer. Name every issuer once.',
        },
        {
          path: 'audience',
          message:
            'missing. Name what its tokens carry in "aud" for this API, here or in the audience of the module; null switches the check off.',
        },
        {
          path: 'keys',
          message:
            'no form of keys is given. Name one of discovery, jwksUri, jwks, publicKey, secret, jwksFile; is an environment variable not set?',
        },
      ]),
    );
  });

  it('finds the same name twice within the issuer', () => {
    expect(() =>
      validateTrustedIssuer(
        { issuer: 'https://b.example', issuerAliases: ['x', 'x'] },
        { audience: 'api' },
      ),
    ).toThrow(
      '  - issuerAliases[1]: "x" is already used by issuerAliases[0]. Name every issuer once.',
    );
  });

  it.each([undefined, null, 1, [], new Map()])('refuses %p', (issuer) => {
    expect(() => validateTrustedIssuer(issuer, {})).toThrow(AuthConfigurationError);
  });
});
