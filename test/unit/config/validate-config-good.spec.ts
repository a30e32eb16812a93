import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig } from '../../../src/config/auth-module-config.js';
import { validateConfig, validateTrustedIssuer } from '../../../src/config/validate-config.js';
import { AuthConfigurationError } from '../../../src/config/configuration-error.js';
import type { TrustedIssuerConfig } from '../../../src/config/trusted-issuer-config.js';
import type { Identity } from '../../../src/core/identity/identity.js';
import { faultsOf, faultsOfIssuer } from './faults-of.js';
import { CERTIFICATE, jwkOf, PAIRS, pemOf } from './key-material.js';

const { rsa, pss, p256, p384, p521, ed25519, ed448 } = PAIRS;

describe('validateConfig', () => {
  it('returns the same options, as frozen literals, its keys untouched', () => {
    const key = rsa.publicKey;
    const config = {
      audience: 'api',
      issuers: [{ issuer: 'https://a.example', keys: { publicKey: key } }],
    } satisfies AuthModuleConfig;
    const judged = validateConfig(config);
    expect(judged).toEqual(config);
    expect(judged).not.toBe(config);
    const [issuer] = judged.issuers as [TrustedIssuerConfig];
    expect(issuer.keys).toEqual({ publicKey: key });
    expect((issuer.keys as { publicKey: unknown }).publicKey).toBe(key);
    for (const part of [judged, judged.issuers, issuer, issuer.keys])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('accepts deeply frozen input', () => {
    const config = Object.freeze({
      audience: Object.freeze(['api']),
      issuers: Object.freeze([
        'https://a.example',
        Object.freeze({ issuer: 'https://b.example', http: Object.freeze({ timeoutMs: 1 }) }),
      ]),
    });
    expect(validateConfig(config)).toMatchObject({
      audience: ['api'],
      issuers: [{ issuer: 'https://a.example' }, { http: { timeoutMs: 1 } }],
    });
  });

  it('reads an instance of a class whole, getters and methods included, each once', () => {
    let reads = 0;
    class Configured {
      #revoked = 'alice';
      readonly issuers = [Object.create({ issuer: 'https://a.example', clientIds: ['web'] })];
      get audience(): string {
        reads++;
        return 'api';
      }
      isRevoked({ subject }: { subject: string }): boolean {
        return subject === this.#revoked;
      }
    }
    const { isRevoked, ...judged } = validateConfig(new Configured());
    expect(judged).toEqual({
      audience: 'api',
      issuers: [{ issuer: 'https://a.example', clientIds: ['web'] }],
    });
    expect(isRevoked?.({ subject: 'alice' } as Identity)).toBe(true);
    expect(reads).toBe(1);
  });

  it('later changes of the original change nothing', () => {
    const tier = ['gold'];
    const tokenSources: ('header' | { query: string })[] = ['header'];
    const judged = validateConfig({
      tokenSources,
      issuers: [{ issuer: 'https://a.example', audience: 'api', requiredClaims: { tier } }],
    });
    tier.push('free');
    tokenSources.push({ query: 't' });
    expect(judged.tokenSources).toEqual(['header']);
    expect(judged.issuers).toMatchObject([{ requiredClaims: { tier: ['gold'] } }]);
  });

  it('a function in a literal stays the very one it is', () => {
    const fetch = async () => ({ status: 200, headers: new Map(), body: null }) as never;
    const { issuers } = validateConfig({
      audience: 'api',
      issuers: [{ issuer: 'https://a.example', http: { fetch } }],
    });
    expect((issuers as TrustedIssuerConfig[])[0]?.http?.fetch).toBe(fetch);
  });

  it.each(['requiredClaims', 'headers'])('%s must be a literal', (name) => {
    class Inherited {
      get tier(): string {
        return 'gold';
      }
    }
    const options =
      name === 'headers'
        ? { http: { headers: new Inherited() } }
        : { requiredClaims: new Inherited() };
    expect(faultsOfIssuer(options)).toEqual([
      expect.stringContaining('an instance of a class may hide members.'),
    ]);
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
        closeOnExpiry: false,
        signatureVerifier: 'node:crypto',
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

  it('returns the same options, or an object for a string', () => {
    const issuer = { issuer: 'https://b.example' };
    expect(validateTrustedIssuer(issuer, { audience: 'api' })).toEqual(issuer);
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
            'no form of keys is given. Name one of discovery, jwksUri, jwks, publicKey, secret, jwksFile, publicKeyUri; is an environment variable not set?',
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
