import { describe, expect, it } from '@jest/globals';
import { faultsOf, faultsOfIssuer } from './faults-of.js';
import { pemOf, PAIRS } from './key-material.js';

const TEMPLATE = 'https://login.example/{tenantid}/v2.0';
const keys = { jwksUri: 'https://login.example/keys' };

describe('an option that has no place beside others', () => {
  it.each([['any'], [[]], [['no id', 7]], ['no list']])(
    'tenants %j without a template',
    (tenants) => {
      expect(faultsOfIssuer({ tenants })).toEqual([
        'issuers[0].tenants: only a template has tenants. Write {tenantid} in issuer in place of the tenant, or leave the option out.',
      ]);
    },
  );

  it.each([[['sound']], [['', 7]], ['no list']])('aliases %j of a template', (issuerAliases) => {
    expect(faultsOfIssuer({ issuer: TEMPLATE, tenants: 'any', keys, issuerAliases })).toEqual([
      'issuers[0].issuerAliases: a template has no aliases. List the other template as an issuer of its own.',
    ]);
  });
});

describe('what is wrong between options', () => {
  it('is said beside the faults of other elements, in their order', () => {
    const secret = 's'.repeat(40);
    expect(faultsOfIssuer({ algorithms: ['none', 'RS256', 'HS512'], keys: { secret } })).toEqual([
      'issuers[0].keys.secret: 40 bytes are too few: HS512 needs at least 64 (RFC 7518 section 3.2). Make a secret: openssl rand -base64 48.',
      'issuers[0].algorithms[0]: "none" means unsigned, and an unsigned token proves nothing. Remove it.',
      'issuers[0].algorithms[1]: "RS256" cannot be verified with keys.secret. Name HS256, HS384 or HS512, or give public keys.',
    ]);
  });

  it('is not asked of keys with a fault', () => {
    const publicKey = [pemOf(PAIRS.rsa.publicKey), 'no PEM'];
    expect(faultsOfIssuer({ algorithms: ['ES256'], keys: { publicKey } })).toEqual([
      expect.stringContaining(
        'issuers[0].keys.publicKey[1]: the text is not PEM, which begins with',
      ),
    ]);
  });

  it('is not asked of what could not be read, which counts as given', () => {
    const unread = (name: string): object =>
      Object.defineProperty({}, name, {
        enumerable: true,
        get: () => {
          throw new Error('x');
        },
      });
    expect(faultsOfIssuer({ audience: null, requiredClaims: unread('tier') })).toEqual([
      'issuers[0].requiredClaims.tier: cannot be read. Give a plain value.',
    ]);
    expect(faultsOfIssuer({ issuer: 'urn:example:idp', keys: unread('jwksUri') })).toEqual([
      'issuers[0].keys.jwksUri: cannot be read. Give a plain value.',
    ]);
    const issuers = ['https://idp.example'];
    expect(faultsOf(Object.assign(unread('audience'), { issuers }))).toEqual([
      'audience: cannot be read. Give a plain value.',
    ]);
    expect(faultsOf(Object.assign(unread('resolveIssuer'), { audience: 'api' }))).toEqual([
      'resolveIssuer: cannot be read. Give a plain value.',
    ]);
  });

  it('counts a name that is used twice, whatever else is wrong with it', () => {
    const issuers = [
      { issuer: 'http://a.example' },
      { issuer: 'b', issuerAliases: ['http://a.example'] },
    ];
    expect(faultsOf({ audience: 'api', issuers })).toEqual([
      expect.stringContaining('issuers[0].issuer: "http://a.example" is an http: address'),
      expect.stringContaining('issuers[1].issuer: "b" is not an https: URL'),
      'issuers[1].issuerAliases[0]: "http://a.example" is already used by issuers[0].issuer. Name every issuer once.',
    ]);
  });
});
