import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { AuthModule, type AuthModuleConfig, TrustedIssuers } from 'nestjs-trusted-issuers';
import { validateConfig, validateTrustedIssuer } from '../../../src/config/validate-config.js';
import { PAIRS } from './key-material.js';

/** Of something that is given to the configuration: how often it was read. */
interface Reads {
  count: number;
}

/** Once the sound value, and then one that no rule accepts. */
function next(reads: Reads, sound: unknown): unknown {
  return reads.count++ === 0 ? sound : new Date();
}

function getterIn<Holder extends object>(
  holder: Holder,
  name: string | number,
  sound: unknown,
  reads: Reads,
): Holder {
  return Object.defineProperty(holder, name, { get: () => next(reads, sound), enumerable: true });
}

function proxied(list: readonly unknown[], reads: Reads): readonly unknown[] {
  return new Proxy(list, {
    get: (target, name, receiver) =>
      name === '0' ? next(reads, target[0]) : Reflect.get(target, name, receiver),
  });
}

const key = PAIRS.p256.publicKey;
const jwk = { ...key.export({ format: 'jwk' }) };
const TENANT = '11111111-aaaa-bbbb-cccc-222222222222';
const resolve = (): undefined => undefined;

type Case = readonly [what: string, terms: (reads: Reads) => object, read: object];

const OF_AN_ISSUER: readonly Case[] = [
  [
    'a claim',
    (reads) => ({ requiredClaims: getterIn({}, 'tier', 'gold', reads) }),
    { requiredClaims: { tier: 'gold' } },
  ],
  [
    'an element of a claim',
    (reads) => ({ requiredClaims: { tier: getterIn(['gold', ''], 1, 'silver', reads) } }),
    { requiredClaims: { tier: ['gold', 'silver'] } },
  ],
  [
    'requiredClaims as a whole',
    (reads) => getterIn({}, 'requiredClaims', { tier: 'gold' }, reads),
    { requiredClaims: { tier: 'gold' } },
  ],
  ...['audience', 'issuerAliases', 'clientIds'].map((name): Case => [
    name,
    (reads) => ({ [name]: getterIn(['a', ''], 1, 'b', reads) }),
    { [name]: ['a', 'b'] },
  ]),
  ['a proxy of a list', (reads) => ({ audience: proxied(['a'], reads) }), { audience: ['a'] }],
  [
    'algorithms',
    (reads) => ({ algorithms: getterIn([], 0, 'RS256', reads) }),
    { algorithms: ['RS256'] },
  ],
  [
    'tokenTypes',
    (reads) => ({ tokenTypes: getterIn([], 0, 'at+jwt', reads) }),
    { tokenTypes: ['at+jwt'] },
  ],
  [
    'tenants',
    (reads) => ({
      issuer: 'https://idp.example/{tenantid}',
      keys: { jwksUri: 'https://idp.example/keys' },
      tenants: getterIn([], 0, TENANT, reads),
    }),
    { tenants: [TENANT] },
  ],
  [
    'keys.jwksUri',
    (reads) => ({ keys: { jwksUri: getterIn([], 0, 'https://idp.example/keys', reads) } }),
    { keys: { jwksUri: ['https://idp.example/keys'] } },
  ],
  [
    'keys.publicKey',
    (reads) => ({ keys: { publicKey: getterIn([], 0, key, reads) } }),
    { keys: { publicKey: [key] } },
  ],
  [
    'the list of a JWK Set',
    (reads) => ({ keys: { jwks: getterIn({}, 'keys', [jwk], reads) } }),
    { keys: { jwks: { keys: [jwk] } } },
  ],
  [
    'a member of a JWK',
    (reads) => ({ keys: { jwks: { keys: [getterIn({ ...jwk }, 'x', jwk['x'], reads)] } } }),
    { keys: { jwks: { keys: [jwk] } } },
  ],
  [
    'a member of a JWK that is an instance of a class',
    (reads) => {
      class Jwk {
        readonly kty = jwk['kty'];
        readonly crv = jwk['crv'];
        readonly y = jwk['y'];
        get x(): unknown {
          return next(reads, jwk['x']);
        }
      }
      return { keys: { jwks: { keys: [new Jwk()] } } };
    },
    { keys: { jwks: { keys: [jwk] } } },
  ],
  [
    'identity.scopes',
    (reads) => ({ identity: { scopes: getterIn([], 0, 'scp', reads) } }),
    { identity: { scopes: ['scp'] } },
  ],
  [
    'keysOf, of an instance of a class',
    (reads) => {
      class Places {
        get keysOf(): unknown {
          return next(reads, 'roles');
        }
      }
      return { identity: { roles: [new Places()] } };
    },
    { identity: { roles: [{ keysOf: 'roles' }] } },
  ],
  [
    'mayGrant.roles',
    (reads) => ({ mayGrant: { roles: getterIn([], 0, 'partner:*', reads) } }),
    { mayGrant: { roles: ['partner:*'] } },
  ],
  [
    'scopeImplies',
    (reads) => ({ scopeImplies: { 'notes:admin': getterIn([], 0, 'notes:read', reads) } }),
    { scopeImplies: { 'notes:admin': ['notes:read'] } },
  ],
  [
    'http.headers',
    (reads) => ({ http: { headers: getterIn({}, 'X-Key', 'k', reads) } }),
    { http: { headers: { 'X-Key': 'k' } } },
  ],
];

const OF_THE_MODULE: readonly Case[] = [
  [
    'issuers',
    (reads) => ({ issuers: getterIn([], 0, 'https://a.example', reads) }),
    { issuers: [{ issuer: 'https://a.example' }] },
  ],
  [
    'a token source',
    (reads) => ({ tokenSources: [getterIn({}, 'cookie', 'sid', reads)] }),
    { tokenSources: [{ cookie: 'sid' }] },
  ],
  [
    'resolveIssuer.origins',
    (reads) => ({
      resolveIssuer: { resolve, origins: getterIn([], 0, 'https://a.example', reads) },
    }),
    { resolveIssuer: { origins: ['https://a.example'] } },
  ],
  [
    'resourceMetadata.scopesSupported',
    (reads) => ({
      resourceMetadata: {
        resource: 'https://api.example',
        scopesSupported: getterIn([], 0, 'notes:read', reads),
      },
    }),
    { resourceMetadata: { scopesSupported: ['notes:read'] } },
  ],
  [
    'observer',
    (reads) => ({ observer: getterIn([], 0, { refused: resolve }, reads) }),
    { observer: [{ refused: resolve }] },
  ],
];

/** An issuer with these terms; they are inherited, because to copy them would be to read them. */
function issuerWith(terms: object): object {
  return Object.hasOwn(terms, 'issuer')
    ? terms
    : Object.create(terms, { issuer: { value: 'https://idp.example', enumerable: true } });
}

describe('what was read once is checked, and used', () => {
  it.each(OF_AN_ISSUER)('%s of an issuer', (_what, terms, read) => {
    const reads = { count: 0 };
    const issuer = issuerWith(terms(reads));
    expect(validateTrustedIssuer(issuer, { audience: 'api' })).toMatchObject(read);
    expect(reads.count).toBe(1);
  });

  it.each(OF_AN_ISSUER)('%s of an issuer, in an application', async (_what, terms, read) => {
    const reads = { count: 0 };
    const config = { audience: 'api', issuers: [issuerWith(terms(reads))] };
    const app = await Test.createTestingModule({
      imports: [AuthModule.forRoot(config as AuthModuleConfig)],
    }).compile();
    expect(app.get(TrustedIssuers).list()).toMatchObject([read]);
    expect(reads.count).toBe(1);
    await app.close();
  });

  it.each(OF_THE_MODULE)('%s of the module', (_what, options, read) => {
    const reads = { count: 0 };
    const issuers = ['https://idp.example'];
    expect(validateConfig({ audience: 'api', issuers, ...options(reads) })).toMatchObject(read);
    expect(reads.count).toBe(1);
  });

  it('the name under which terms are replaced', async () => {
    const config = { audience: 'api', issuers: ['https://a.example'] };
    const app = await Test.createTestingModule({ imports: [AuthModule.forRoot(config)] }).compile();
    const trusted = app.get(TrustedIssuers);
    let reads = 0;
    const terms = {
      get issuer(): string {
        return reads++ === 0 ? 'https://a.example' : 'https://b.example';
      },
    };
    expect(() => trusted.replace(terms)).toThrow('"https://b.example" is not a listed issuer.');
    expect(trusted.list()).toEqual([{ issuer: 'https://a.example' }]);
    await app.close();
  });

  it('a value that throws when it is read again', () => {
    const reads = { count: 0 };
    const get = (): string => {
      if (reads.count++ > 0) throw new Error('read again');
      return 'gold';
    };
    const requiredClaims = Object.defineProperty({}, 'tier', { get, enumerable: true });
    const issuer = { issuer: 'https://idp.example', requiredClaims };
    expect(validateTrustedIssuer(issuer, { audience: 'api' })).toEqual({
      issuer: 'https://idp.example',
      requiredClaims: { tier: 'gold' },
    });
  });

  it('bytes of a secret', () => {
    const secret = new Uint8Array(32).fill(7);
    const issuer = { issuer: 'https://idp.example', keys: { secret }, algorithms: ['HS256'] };
    const judged = validateTrustedIssuer(issuer, { audience: 'api' });
    secret.fill(0);
    expect(judged.keys).toEqual({ secret: new Uint8Array(32).fill(7) });
  });

  it('a value that no rule accepts is checked as it was read', () => {
    const reads = { count: 0 };
    const requiredClaims = getterIn({}, 'tier', null, reads);
    const issuer = { issuer: 'https://idp.example', requiredClaims };
    expect(() => validateTrustedIssuer(issuer, { audience: 'api' })).toThrow(
      'requiredClaims.tier: null is not a claim value.',
    );
    expect(reads.count).toBe(1);
  });
});

describe('what has no end can’t be read', () => {
  const circle: Record<string, unknown> = { list: [] };
  circle['self'] = circle;
  (circle['list'] as unknown[]).push(circle);
  const endless = (): object =>
    new Proxy(
      { a: 0, b: 0, c: 0 },
      { get: (_target, name) => (typeof name === 'string' ? endless() : undefined) },
    );

  const heir = (): object => new Proxy({}, { getPrototypeOf: heir });

  it.each([
    ['a circle', { tier: circle }],
    ['a tree that grows', { tier: endless() }],
    ['a list in itself', { tier: circle['list'] }],
    ['an object with ever another prototype', { tier: heir() }],
  ])('%s', (_what, requiredClaims) => {
    const issuer = { issuer: 'https://idp.example', requiredClaims };
    expect(() => validateTrustedIssuer(issuer, { audience: 'api' })).toThrow(
      'requiredClaims.tier: cannot be read. Give a plain value.',
    );
  });
});
