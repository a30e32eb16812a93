import { describe, expect, it } from '@jest/globals';
import {
  audienceMismatch,
  clientReason,
  missingSubjectReason,
  requiredClaimReason,
  tenantReason,
} from '../../../../src/core/jwt/claim-reasons.js';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import type { TrustedIssuerConfig } from '../../../../src/config/trusted-issuer-config.js';
import type { CheckedClaims, Claims } from '../../../../src/core/identity/identity.js';

const ISSUER = 'https://login.example.com';
const REALM = `${ISSUER}/realms/a`;

const policyOf = (config: Partial<TrustedIssuerConfig> = {}) =>
  resolveTrustedIssuer({ issuer: ISSUER, audience: 'api', ...config }, undefined);

describe('Why a tenant is refused', () => {
  it.each<[tid: unknown, reason: string]>([
    [undefined, '"tid" is absent; expected: the tenant that "iss" names'],
    ['other', '"tid" is not the tenant that "iss" names'],
    [5, '"tid" is a number, not a string'],
    [null, '"tid" is null, not a string'],
  ])('%j', (tid, reason) => expect(tenantReason(tid)).toBe(reason));
});

describe('Why a required claim is refused', () => {
  const mixed = ['gold', 3] as const;
  it.each<[claim: unknown, what: string]>([
    [undefined, 'absent'],
    ['silver', 'another'],
    [4, 'another'],
    [true, 'a boolean'],
    [null, 'null'],
    [[true, 'silver'], 'another'],
    [[true, null], 'a list'],
  ])('%j, where a text or a number is expected', (claim, what) =>
    expect(requiredClaimReason('plan', claim, mixed)).toBe(
      `the required claim "plan" is not as configured: it is ${what}; expected: "gold", 3`,
    ),
  );
});

describe('Why a client, or a claim by the word of a predicate, is refused', () => {
  it('the client is another, or none', () => {
    const accepted = new Set(['web', 'cli']);
    expect(clientReason('other', accepted)).toBe(
      'the client is not one of clientIds ("web", "cli")',
    );
    expect(clientReason(undefined, accepted)).toBe(
      'the token names no client, and needs one of clientIds ("web", "cli")',
    );
  });

  it('the claim is there, or absent', () => {
    const predicate = (): boolean => false;
    expect(requiredClaimReason('plan', 'gold', predicate)).toBe(
      'the required claim "plan" is present, but its predicate does not accept it',
    );
    expect(requiredClaimReason('plan', undefined, predicate)).toBe(
      'the required claim "plan" is absent, and its predicate does not accept it',
    );
  });
});

describe('Why there is no subject', () => {
  const OTHER = 'identity.subject of the issuer may name another claim';
  const KEYCLOAK = `${OTHER}; Keycloak 25 and later: the client lacks the scope "basic"`;
  const DECIMAL =
    "it is a number there, which identity: { subject: 'sub' } of the issuer takes as its decimal text";

  it.each<[name: string, issuer: string, claims: object, reason: string]>([
    ['absent', ISSUER, {}, `no subject in sub (${OTHER})`],
    ['absent, from Keycloak', REALM, {}, `no subject in sub (${KEYCLOAK})`],
    [
      'null, from Keycloak',
      REALM,
      { sub: null },
      `no subject in sub, where there is null (${OTHER})`,
    ],
    ['empty', ISSUER, { sub: '' }, `no subject in sub, where there is an empty string (${OTHER})`],
    [
      'half a character',
      ISSUER,
      { sub: '\ud800' },
      `no subject in sub, where there is a string that is not well-formed (${OTHER})`,
    ],
    ['a number', ISSUER, { sub: 5 }, `no subject in sub (${DECIMAL})`],
  ])('%s', (_name, issuer, claims, reason) => {
    const { identity } = policyOf({ issuer });
    expect(missingSubjectReason(claims as CheckedClaims, identity.subject, issuer)).toBe(reason);
  });

  it('names what is in the first place that has anything', () => {
    const { identity } = policyOf({ identity: { subject: ['oid', 'uid'] } });
    const claims = { uid: [], sub: 'alice' } as unknown as CheckedClaims;
    expect(missingSubjectReason(claims, identity.subject, ISSUER)).toBe(
      `no subject in oid, uid, where there is a list (${OTHER})`,
    );
  });
});

describe('Why an audience is refused', () => {
  /** What is said after the list of what is accepted. */
  function hintFor(
    claims: Claims,
    accepted: readonly string[],
    config: Partial<TrustedIssuerConfig> = {},
  ): string {
    const text = audienceMismatch(claims, policyOf(config), new Set(accepted));
    expect(text).toMatch(/^no accepted audience in "aud"; accepted: /);
    return /(?<= (?:".*"|more)\. ).*/.exec(text)?.[0] ?? '';
  }
  const differs = (expected: string, difference: string): string =>
    `It differs from ${JSON.stringify(expected)} in ${difference}, and that makes it another audience.`;

  it.each<[aud: unknown, what: string]>([
    [undefined, 'is missing'],
    [[], 'is an empty list'],
    [5, 'is a number, not a string or list of strings'],
    [null, 'is null, not a string or list of strings'],
    [['api', 5], 'is a list with a number in it, not of strings alone'],
  ])('%j', (aud, what) =>
    expect(audienceMismatch({ aud } as Claims, policyOf(), new Set(['api']))).toBe(
      `"aud" ${what}; accepted: "api"`,
    ),
  );

  it('says nothing more where nothing is similar', () => {
    const text = audienceMismatch({ aud: 'other' }, policyOf(), new Set(['api']));
    expect(text).toBe('no accepted audience in "aud"; accepted: "api"');
  });

  it.each<[given: string, expected: string, difference: string]>([
    [' orders', 'orders', 'white space around it'],
    ['orders', 'orders ', 'white space around it'],
    ['https://api.example.com/', 'https://api.example.com', 'a trailing slash'],
    ['api://orders', 'orders', 'the prefix "api://"'],
    ['orders', 'api://orders', 'the prefix "api://"'],
    ['SPN:orders', 'orders', 'the prefix "spn:"'],
    ['spn:orders', 'api://orders', 'the prefix "api://"'],
    ['spn:ORDERS', 'orders', 'the prefix "spn:" and upper and lower case'],
    ['orders/', 'spn:orders', 'the prefix "spn:" and a trailing slash'],
    ['https://api.example.com/v1', 'https://api.example.com', 'the path at its end'],
    ['https://api.example.com', 'https://api.example.com/v1', 'the path at its end'],
    ['https://api.example.com/v1', 'https://api.example.com/', 'the path at its end'],
    ['https://api.example.com/', 'https://api.example.com/v1/', 'the path at its end'],
    ['orders  stock', 'orders', 'further names in the same string: several audiences are a list'],
    ['stock,orders', 'orders', 'further names in the same string: several audiences are a list'],
    ['https://api.other.com/v1', 'https://api.example.com/v1', 'the host'],
  ])('%j in place of %j', (given, expected, difference) =>
    expect(hintFor({ aud: given }, [expected])).toBe(differs(expected, difference)),
  );

  it.each<[given: string, expected: string]>([
    ['api-two/v1', 'api'],
    ['apix', 'api'],
    ['', '/v1'],
    ['orders', 'stock'],
    ['api://orders', 'api://stock'],
    ['two words/', 'two words'],
  ])('%j has nothing to do with %j', (given, expected) =>
    expect(hintFor({ aud: given }, [expected])).toBe(''),
  );

  it('compares the first twenty of either list, no more', () => {
    const many = Array.from({ length: 20 }, (_, index) => `stock-${index}`);
    expect(hintFor({ aud: [...many.slice(1), 'Orders'] }, ['orders'])).not.toBe('');
    expect(hintFor({ aud: [...many, 'Orders'] }, ['orders'])).toBe('');
    const others = many.map((name) => name.replace('stock', 'other'));
    expect(hintFor({ aud: 'Orders' }, [...others.slice(1), 'orders'])).not.toBe('');
    expect(hintFor({ aud: 'Orders' }, [...others, 'orders'])).toBe('');
  });

  it.each([
    '00000003-0000-0000-c000-000000000000',
    'https://graph.microsoft.com',
    'https://graph.microsoft.com/',
  ])('%j is of Microsoft Graph, alone or beside others', (graph) => {
    const hint = 'It is for Microsoft Graph: the client must ask for a scope of this API.';
    expect(hintFor({ aud: graph }, ['api'])).toBe(hint);
    expect(hintFor({ aud: ['other', graph] }, ['api'])).toBe(hint);
    expect(hintFor({ aud: `${graph}x` }, ['api'])).toBe('');
  });

  it('"account" is Keycloak’s, where a realm is the issuer', () => {
    expect(hintFor({ aud: 'account' }, ['api'], { issuer: REALM })).toBe(
      'It is what Keycloak writes where no mapper of the client adds an audience.',
    );
    expect(hintFor({ aud: 'account' }, ['api'])).toBe('');
    expect(hintFor({ aud: 'accounts' }, ['api'], { issuer: REALM })).toBe('');
  });

  it('the client’s own name is that of an ID token', () => {
    expect(hintFor({ aud: 'web', client_id: 'web' }, ['api'])).toBe(
      'It names the client itself, as the audience of an ID token does.',
    );
    expect(hintFor({ aud: 'web', client_id: 'cli' }, ['api'])).toBe('');
    expect(hintFor({ aud: 'web' }, ['api'])).toBe('');
  });
});
