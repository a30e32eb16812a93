import { describe, expect, it } from '@jest/globals';
import { validateClaims, validateSubject } from '../../../../src/core/jwt/validate-claims.js';
import { type IssuerPolicy, resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import type { CheckedClaims } from '../../../../src/core/identity/identity.js';
import type { TrustedIssuerConfig } from '../../../../src/config/trusted-issuer-config.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import { thrownBy } from '../../../support/thrown-by.js';

const NOW = 1_700_000_000;

/** The code the claims are refused with, or `ok`. */
function judged(claims: object, config: Partial<TrustedIssuerConfig> = {}): string {
  const policy = resolveTrustedIssuer(
    { issuer: 'https://i', audience: 'api', ...config },
    undefined,
  );
  const verdict = validateClaims({ exp: NOW + 60, aud: 'api', ...claims }, policy, NOW);
  return verdict instanceof Refusal ? verdict.code : 'ok';
}

// RFC 7519 section 4.1, RFC 9068 section 4.
describe('Claims, just enough and just too little', () => {
  it.each([
    ['exp in the future', { exp: NOW + 1 }, 'ok'],
    ['exp within the tolerance', { exp: NOW - 4.9 }, 'ok'],
    ['exp at the end of the tolerance', { exp: NOW - 5 }, 'token_expired'],
    ['exp missing', { exp: undefined }, 'claims_invalid'],
    ['exp a string', { exp: String(NOW + 60) }, 'claims_invalid'],
    ['exp infinite', { exp: Number.POSITIVE_INFINITY }, 'claims_invalid'],
    ['exp null', { exp: null }, 'claims_invalid'],
    ['nbf at the end of the tolerance', { nbf: NOW + 5 }, 'ok'],
    ['nbf beyond the tolerance', { nbf: NOW + 5.1 }, 'token_not_active'],
    ['nbf a string', { nbf: '1' }, 'claims_invalid'],
    ['nbf infinite', { nbf: Number.NEGATIVE_INFINITY }, 'claims_invalid'],
    ['iat at the end of the tolerance', { iat: NOW + 5 }, 'ok'],
    ['iat beyond the tolerance', { iat: NOW + 6 }, 'token_not_active'],
    ['iat an object', { iat: {} }, 'claims_invalid'],
  ])('%s: %j %s', (_name, claims, outcome) => expect(judged(claims)).toBe(outcome));

  // RFC 7519 sections 4.1.4, 4.1.5 and 4.1.6.
  it('clockToleranceSeconds counts for exp, nbf and iat', () => {
    for (const claims of [{ exp: NOW - 59 }, { nbf: NOW + 60 }, { iat: NOW + 60 }])
      expect(judged(claims, { clockToleranceSeconds: 60 })).toBe('ok');
    expect(judged({ exp: NOW - 1 }, { clockToleranceSeconds: 0 })).toBe('token_expired');
    expect(judged({ exp: NOW }, { clockToleranceSeconds: 0 })).toBe('token_expired');
  });

  it('maxTokenAgeSeconds', () => {
    const config = { maxTokenAgeSeconds: 100 };
    expect(judged({ iat: NOW - 105 }, config)).toBe('ok');
    expect(judged({ iat: NOW - 106 }, config)).toBe('claims_invalid');
    expect(judged({}, config)).toBe('claims_invalid');
  });

  it.each([
    ['one of several', { aud: ['other', 'api'] }, 'ok'],
    ['none of several', { aud: ['other'] }, 'audience_invalid'],
    ['missing', { aud: undefined }, 'audience_invalid'],
    ['empty', { aud: [] }, 'audience_invalid'],
    ['an object', { aud: {} }, 'audience_invalid'],
    ['a list with something else', { aud: ['api', 1] }, 'audience_invalid'],
    ['another case', { aud: 'API' }, 'audience_invalid'],
    ['a part of it', { aud: 'api2' }, 'audience_invalid'],
  ])('audience: %s', (_name, claims, outcome) => expect(judged(claims)).toBe(outcome));

  it('audience null is not looked at', () => {
    expect(judged({ aud: undefined }, { audience: null, clientIds: ['c'] })).toBe('claims_invalid');
    expect(judged({ aud: undefined, client_id: 'c' }, { audience: null, clientIds: ['c'] })).toBe(
      'ok',
    );
  });

  it.each(['client_id', 'azp', 'cid', 'appid'])('clientIds: found in %s', (name) => {
    expect(judged({ [name]: 'web' }, { clientIds: ['web'] })).toBe('ok');
    expect(judged({ [name]: 'other' }, { clientIds: ['web'] })).toBe('claims_invalid');
  });

  it('clientIds: client_id counts before azp', () => {
    expect(judged({ client_id: 'other', azp: 'web' }, { clientIds: ['web'] })).toBe(
      'claims_invalid',
    );
  });

  it.each([
    ['a value', { tier: 'gold' }, { tier: 'gold' }, 'ok'],
    ['another value', { tier: 'gold' }, { tier: 'lead' }, 'claims_invalid'],
    ['one of several', { tier: ['gold', 1, true] }, { tier: true }, 'ok'],
    ['a list that has it', { tier: 'gold' }, { tier: ['lead', 'gold'] }, 'ok'],
    ['no coercion', { tier: 1 }, { tier: '1' }, 'claims_invalid'],
    ['missing', { tier: 'gold' }, {}, 'claims_invalid'],
    [
      'from the prototype',
      { constructor: (value: unknown) => value !== undefined },
      {},
      'claims_invalid',
    ],
    ['predicate true', { tier: (v: unknown) => v === 'gold' }, { tier: 'gold' }, 'ok'],
    ['predicate false', { tier: () => false }, { tier: 'gold' }, 'claims_invalid'],
    ['predicate of a missing claim', { tier: (v: unknown) => v === undefined }, {}, 'ok'],
    ['predicate truthy is not true', { tier: () => 1 as never }, {}, 'claims_invalid'],
  ])('requiredClaims: %s', (_name, requiredClaims, claims, outcome) =>
    expect(judged(claims, { requiredClaims: requiredClaims as never })).toBe(outcome),
  );

  it.each([
    [{ typ: 'ID' }],
    [{ typ: 'Refresh' }],
    [{ token_use: 'id' }],
    [{ token_use: 'ID' }],
    [{ token_use: 'refresh' }],
    [{ typ: 'refresh' }],
    [{ typ: 'id' }],
    [{ typ: 'Offline' }],
    [{ type: 'refresh' }],
    [{ type: 'REFRESH' }],
    [{ token_type: 'refresh' }],
    [{ token_type: 'Refresh' }],
    [{ events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} } }],
    [{ events: { 'http://schemas.openid.net/event/backchannel-logout': {}, 'urn:x:y': {} } }],
  ])('%j is no bearer access token', (claims) => expect(judged(claims)).toBe('claims_invalid'));

  it.each([
    [{ typ: 'Bearer' }],
    [{ typ: 'access' }],
    [{ token_use: 'access' }],
    [{ type: 'access' }],
    [{ type: 'id' }],
    [{ token_type: 'Bearer' }],
    [{ token_type: 'access' }],
    [{ events: ['https://example.com/opening'] }],
    [{ events: { opening: 1, 'https://example.com/x': 2 } }],
    [{ events: {} }],
    [{ events: null }],
    [{ events: 'all' }],
  ])('%j is one', (claims) => expect(judged(claims)).toBe('ok'));
});

describe('A refusal of claims names what was checked', () => {
  const TENANT = '11111111-aaaa-bbbb-cccc-222222222222';
  const ENTRA = 'https://login.microsoftonline.com/{tenantid}/v2.0';
  const iss = ENTRA.replace('{tenantid}', TENANT);
  const template = { issuer: ENTRA, tenants: 'any' as const };
  const policyOf = (config: object) =>
    resolveTrustedIssuer({ issuer: 'https://i', audience: 'api', ...config }, undefined);

  it.each<[name: string, claims: object, config: object, code: string, check: string]>([
    ['exp', { exp: NOW - 60 }, {}, 'token_expired', 'exp'],
    ['nbf', { nbf: NOW + 60 }, {}, 'token_not_active', 'nbf'],
    ['iat', { iat: NOW + 60 }, {}, 'token_not_active', 'iat'],
    ['age', { iat: NOW - 60 }, { maxTokenAgeSeconds: 5 }, 'claims_invalid', 'age'],
    ['tenant of another', { iss, tid: 'other' }, template, 'claims_invalid', 'tenant'],
    ['no tenant', { iss }, template, 'claims_invalid', 'tenant'],
    ['tenant a list', { iss, tid: [TENANT] }, template, 'claims_invalid', 'tenant'],
    ['tenant without issuer', { tid: TENANT }, template, 'claims_invalid', 'tenant'],
    ['aud', { aud: 'other' }, {}, 'audience_invalid', 'aud'],
    ['purpose', { typ: 'ID' }, {}, 'claims_invalid', 'purpose'],
    ['events', { events: { 'urn:x:y': {} } }, {}, 'claims_invalid', 'purpose'],
    ['client', {}, { clientIds: ['web'] }, 'claims_invalid', 'client'],
    ['claim', {}, { requiredClaims: { tier: 'gold' } }, 'claims_invalid', 'required-claim'],
  ])('%s', (_name, claims, config, code, check) => {
    const verdict = validateClaims({ exp: NOW + 60, aud: 'api', ...claims }, policyOf(config), NOW);
    expect(verdict).toBeInstanceOf(Refusal);
    expect(verdict).toMatchObject({ code, check });
  });

  it('the tenant of the issuer is in order', () => {
    const claims = { exp: NOW + 60, aud: 'api', iss, tid: TENANT };
    expect(validateClaims(claims, policyOf(template), NOW)).toBe(claims);
  });

  it.each([
    ['a purpose, its claim', { token_use: 'id' }, {}, 'token_use'],
    ['a required claim, its name', {}, { requiredClaims: { tier: 'gold' } }, 'tier'],
  ])('%s', (_name, claims, config, claim) =>
    expect(
      validateClaims({ exp: NOW + 60, aud: 'api', ...claims }, policyOf(config), NOW),
    ).toMatchObject({ claim }),
  );

  it.each([
    [{ token_use: 'id' }, 'the claim "token_use" says that it is no access token'],
    [{ events: { 'urn:x:y': {} } }, '"events" says that it is a security event token'],
  ])('and how it shows the purpose: %j', (claims, reason) =>
    expect(
      validateClaims({ exp: NOW + 60, aud: 'api', ...claims }, policyOf({}), NOW),
    ).toMatchObject({ reason }),
  );

  it.each<[who: string, config: object, reason: string]>([
    [
      'the predicate',
      { requiredClaims: { tier: () => Promise.resolve(true) } },
      'the predicate for the claim "tier" failed',
    ],
    [
      'identity.subject',
      { identity: { subject: () => Promise.resolve('alice') } },
      'the function identity.subject failed',
    ],
  ])(
    '%s that answers with a promise can’t tell, and is told to answer at once',
    (who, config, reason) => {
      const policy = policyOf(config);
      const claims = { exp: NOW + 60, aud: 'api', tier: 'gold' };
      const judge = (): unknown => {
        const checked = validateClaims(claims, policy, NOW);
        return checked instanceof Refusal ? checked : validateSubject(checked, policy);
      };
      expect(thrownBy(judge)).toMatchObject({
        ...{ code: 'keys_unavailable', reason },
        cause: new TypeError(`${who} must return its value at once, and returned a promise`),
      });
    },
  );

  it('a predicate that throws can’t tell: 503, with the cause and the name of the claim', () => {
    const cause = new Error('database away');
    const fails = () => {
      throw cause;
    };
    const judge = (): unknown =>
      validateClaims(
        { exp: NOW + 60, aud: 'api', tier: 'gold' },
        policyOf({ requiredClaims: { tier: fails } }),
        NOW,
      );
    expect(thrownBy(judge)).toBeInstanceOf(Refusal);
    expect(thrownBy(judge)).toMatchObject({
      reason: 'the predicate for the claim "tier" failed',
      code: 'keys_unavailable',
      check: 'required-claim',
      claim: 'tier',
      cause,
    });
  });

  // RFC 7519 section 4.1.2.
  it('a subject that is none', () => {
    const { identity, ...rest } = policyOf({});
    const refused = (claims: object, policy: object): unknown =>
      validateSubject(claims as CheckedClaims, { ...rest, identity, ...policy } as IssuerPolicy);
    expect(refused({ sub: 'alice' }, {})).toBe('alice');
    expect(refused({}, {})).toMatchObject({ code: 'claims_invalid', check: 'subject' });
    for (const sentence of [
      'Not supported currently. Use oid claim.',
      "use the 'oid' claim",
      'Please USE THE OID CLAIM',
    ])
      expect(refused({ sub: sentence }, {})).toMatchObject({ check: 'subject' });
    expect(refused({ sub: 'I reuse oid claims' }, {})).toBe('I reuse oid claims');
  });
});
