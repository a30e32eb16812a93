import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import type { TrustedIssuer } from '../../../../src/core/issuers/trusted-issuer.js';
import { selectFurtherKeys, selectKeys } from '../../../../src/core/jwt/select-keys.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';
import { algorithmsOf } from '../../../../src/core/jose/key-algorithms.js';
import { KeySet } from '../../../../src/core/keys/key-set.js';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import { StaticKeySource } from '../../../../src/core/keys/static-key-source.js';
import type { Refusal } from '../../../../src/core/refusals/refusal.js';

const ISSUER = 'https://login.example.com';
const TEMPLATE = 'https://login.example.com/{tenantid}/v2.0';
const ofTenant = (digit: number): string =>
  `https://login.example.com/${`${digit}`.repeat(8)}-1111-4111-8111-111111111111/v2.0`;
const ANY_TENANT = { issuer: TEMPLATE, tenants: 'any' };
const NOW = 1_000_000;

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const EDWARDS = generateKeyPairSync('ed25519').publicKey;

const keyOf = (more: Partial<VerificationKey> = {}): VerificationKey => {
  const { key = EC } = more;
  return { key, keyId: undefined, algorithms: algorithmsOf(key), ...more };
};

const segmentOf = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
/** A token whose signature nobody has looked at yet. */
function tokenOf(header: object = {}, claims: object = {}): UnverifiedToken {
  const parts = [
    { alg: 'ES256', ...header },
    { iss: ISSUER, exp: NOW + 60, ...claims },
  ];
  return parseUnverifiedToken(`${parts.map(segmentOf).join('.')}.A0AA`) as UnverifiedToken;
}

function trustedWith(keys: readonly VerificationKey[], config: object = {}): TrustedIssuer {
  const policy = resolveTrustedIssuer({ issuer: ISSUER, audience: 'api', ...config });
  return { policy, keys: new StaticKeySource(KeySet.of(keys)) };
}

const select = (
  keys: readonly VerificationKey[],
  token: UnverifiedToken,
  config: object = {},
): unknown => selectKeys(token, trustedWith(keys, config), NOW);

describe('Of the keys of an issuer, a token is tried with', () => {
  const [a, b, nameless] = [keyOf({ keyId: 'a' }), keyOf({ keyId: 'b' }), keyOf()];
  const edwards = keyOf({ key: EDWARDS, keyId: 'e' });

  it('those that bear its "kid" or none, for its "alg"', () => {
    expect(select([a, b, edwards], tokenOf({ kid: 'b' }))).toEqual([b]);
    expect(select([nameless, b, edwards], tokenOf({ kid: 'b' }))).toEqual([b, nameless]);
    expect(select([a, b, edwards], tokenOf())).toEqual([a, b]);
  });

  // RFC 7515 sections 4.1.7 and 4.1.8.
  it.each(['x5t', 'x5t#S256'])('the key of the certificate first that its "%s" names', (member) => {
    const certified = keyOf({ thumbprints: ['print'] });
    expect(select([nameless, certified], tokenOf({ [member]: 'print' }))).toEqual([
      certified,
      nameless,
    ]);
    expect(select([nameless, certified], tokenOf({ [member]: 'other' }))).toEqual([
      nameless,
      certified,
    ]);
  });

  // RFC 9864 section 2.2.
  it('the key of the only curve that is accepted, where it says EdDSA', () => {
    const config = { algorithms: ['Ed25519'] };
    expect(select([a, edwards], tokenOf({ alg: 'EdDSA' }), config)).toEqual([edwards]);
    const named = keyOf({ key: EDWARDS, algorithms: ['Ed25519'] });
    expect(select([named], tokenOf({ alg: 'EdDSA' }), config)).toEqual([named]);
  });

  it('none that names another issuer', () => {
    const other = keyOf({ issuer: 'https://other.example.com' });
    const own = keyOf({ issuer: ISSUER });
    expect(select([other, nameless, own], tokenOf())).toEqual([nameless, own]);
    const tenants = [1, 2].map((digit) => keyOf({ issuer: ofTenant(digit) }));
    const shared = keyOf({ issuer: TEMPLATE });
    const token = tokenOf({}, { iss: ofTenant(2) });
    expect(select([...tenants, shared, nameless], token, ANY_TENANT)).toEqual([
      tenants[1],
      shared,
      nameless,
    ]);
  });

  it('its own, however many keys come before it that name other issuers', () => {
    const others = Array.from({ length: 50 }, () => keyOf({ issuer: ofTenant(1) }));
    const own = keyOf({ issuer: ofTenant(2) });
    const token = tokenOf({}, { iss: ofTenant(2) });
    expect(select([...others, own], token, ANY_TENANT)).toEqual([own]);
  });
});

describe('When none of the tried keys verifies a token, it is tried with', () => {
  const further = (
    keys: readonly VerificationKey[],
    tried: readonly VerificationKey[],
    token = tokenOf(),
  ): unknown => selectFurtherKeys(token, trustedWith(keys), tried, NOW);

  it('the others that fit, none of them of another issuer', () => {
    const [one, two] = [keyOf({ keyId: 'a' }), keyOf({ keyId: 'b' })];
    const other = keyOf({ issuer: 'https://other.example.com' });
    expect(further([one, two, other], [one])).toEqual([two]);
    expect(further([one, two], [one], tokenOf({ kid: 'a' }))).toEqual([]);
    expect(further([one, two], [one, two])).toEqual([]);
  });
});

describe('A token for which there is no key is refused', () => {
  const key = keyOf({ keyId: 'a', algorithms: ['ES256'] });
  const signature = (reason: string): object => ({
    code: 'signature_invalid',
    check: 'key',
    reason: `no key fits: ${reason}`,
  });

  it.each<[what: string, keys: readonly VerificationKey[], header: object, reason: string]>([
    ['no keys at all', [], {}, 'the issuer has no keys'],
    [
      'another "kid"',
      [key],
      { kid: 's3cret' },
      'no key has this "kid"; there are others for the "alg" of the token',
    ],
    [
      'another "alg"',
      [key],
      { kid: 'a', alg: 'ES384' },
      'the key with this "kid" is for "ES256", not for the "alg" of the token',
    ],
    [
      'neither',
      [key, keyOf({ keyId: 'b', key: EDWARDS, algorithms: ['EdDSA', 'Ed25519'] })],
      { kid: 's3cret', alg: 'RS256' },
      'no key has this "kid", and none is for the "alg" of the token; the keys are for "ES256", "EdDSA", "Ed25519"',
    ],
    [
      'another "alg" and no "kid"',
      [key, keyOf({ algorithms: ['ES256'] })],
      { alg: 'RS256' },
      'no key is for the "alg" of the token; the keys are for "ES256"',
    ],
    [
      'keys of others',
      [keyOf({ issuer: 'https://other.example.com' })],
      {},
      'those that would fit name another issuer in their "issuer"',
    ],
  ])('with what the issuer has in place of it: %s', (_what, keys, header, reason) => {
    expect(select(keys, tokenOf(header))).toMatchObject(signature(reason));
  });

  it('with a sign that no key would do, where it has one', () => {
    const refusal = select([key], tokenOf({ kid: 'b', nonce: 's3cret' })) as Refusal;
    expect(refusal.reason).toMatch(/^no key fits: no key has this "kid".*; the header has a "non/);
    expect(refusal.reason).not.toContain('s3cret');
  });

  it('as expired when it is: the key may have gone since, and its user need not log in again', () => {
    const at = (exp: number): unknown => select([key], tokenOf({ kid: 'b' }, { exp }));
    expect(at(NOW - 60)).toMatchObject({
      code: 'token_expired',
      check: 'key',
      reason: '"exp" has passed and the key is no longer in the set',
    });
    expect(at(NOW + 60)).toMatchObject({ code: 'signature_invalid' });
  });

  it('for the issuer that its keys name, also when it has expired', () => {
    const other = keyOf({ issuer: 'https://other.example.com' });
    expect(select([other], tokenOf({}, { exp: NOW - 60 }))).toMatchObject(
      signature('those that would fit name another issuer in their "issuer"'),
    );
  });
});
