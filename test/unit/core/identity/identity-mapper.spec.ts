import { describe, expect, it } from '@jest/globals';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import type { IdentityMappingConfig } from '../../../../src/config/identity-mapping-config.js';
import { identityIn } from '../../../support/identity-in.js';

function identityOf(claims: object, identity: IdentityMappingConfig = {}) {
  const policy = resolveTrustedIssuer(
    { issuer: 'https://i', audience: 'api', identity },
    undefined,
  );
  return identityIn({ exp: 1, sub: 'alice', ...claims }, policy);
}

describe('Identity mapping', () => {
  it.each([
    ['scope as text', { scope: 'a b' }, ['a', 'b']],
    ['scp as list (Okta)', { scp: ['a', 'b'] }, ['a', 'b']],
    ['scp as text (Entra)', { scp: 'a b' }, ['a', 'b']],
    ['permissions (Auth0)', { scope: 'a', permissions: ['b', 'a'] }, ['a', 'b']],
    ['stray spaces', { scope: ' a  b ' }, ['a', 'b']],
    ['nothing', {}, []],
    ['not text', { scope: 1, scp: [1, {}, null, 'a'] }, ['a']],
  ])('scopes: %s', (_name, claims, scopes) => expect(identityOf(claims).scopes).toEqual(scopes));

  it.each([
    ['roles', { roles: ['r'] }, ['r']],
    ['groups', { groups: ['g'] }, ['g']],
    ['Keycloak', { realm_access: { roles: ['k'] } }, ['k']],
    ['Cognito', { 'cognito:groups': ['c'] }, ['c']],
    ['one as text', { roles: 'r' }, ['r']],
    ['a path that leads nowhere', { realm_access: 'x' }, []],
  ])('roles: %s', (_name, claims, roles) => expect(identityOf(claims).roles).toEqual(roles));

  it('a claim with dots in its name wins over a path', () => {
    const roles = 'https://example.com/roles';
    expect(identityOf({ [roles]: ['r'] }, { roles }).roles).toEqual(['r']);
    expect(identityOf({ a: { b: { c: ['deep'] } } }, { roles: 'a.b.c' }).roles).toEqual(['deep']);
    expect(identityOf({ 'a.b': 'flat', a: { b: 'deep' } }, { roles: 'a.b' }).roles).toEqual([
      'flat',
    ]);
  });

  it('a step of a path may hold dots itself', () => {
    const claims = {
      'kubernetes.io': { namespace: 'shop' },
      resource_access: { 'com.example.api': { roles: ['r'] }, com: { example: 'none' } },
    };
    expect(identityOf(claims, { tenant: 'kubernetes.io.namespace' }).tenant).toBe('shop');
    const roles = 'resource_access.com.example.api.roles';
    expect(identityOf(claims, { roles }).roles).toEqual(['r']);
    for (const tenant of ['.', '..', 'kubernetes.io.', '.kubernetes.io', 'kubernetes..io'])
      expect(identityOf(claims, { tenant }).tenant).toBeUndefined();
  });

  it('paths do not reach into prototypes', () => {
    expect(identityOf({ a: {} }, { tenant: 'a.constructor.name' }).tenant).toBeUndefined();
    expect(identityOf({}, { tenant: '__proto__' }).tenant).toBeUndefined();
  });

  it.each([
    { sub: undefined },
    { sub: '' },
    { sub: {} },
    { sub: 0 },
    { sub: null },
    { sub: ['a'] },
  ])('no subject in %j: claims_invalid', (claims) => {
    expect(() => identityOf(claims)).toThrow(expect.objectContaining({ code: 'claims_invalid' }));
  });

  it.each(['\ud800', 'a\udfff', '\udc00\ud800'])(
    'a subject that is not well-formed Unicode is none: %j',
    (sub) => {
      expect(() => identityOf({ sub })).toThrow(
        expect.objectContaining({ code: 'claims_invalid' }),
      );
      const mapping = { subject: ['sub', 'oid'], tenant: ['tid', 'org_id'], clientId: ['azp'] };
      const claims = { sub, oid: 'bob', tid: sub, org_id: '\ud83d\ude00', azp: sub };
      const { subject, tenant, clientId } = identityOf(claims, mapping);
      expect([subject, tenant, clientId]).toEqual(['bob', '\ud83d\ude00', undefined]);
    },
  );

  it.each([2, 31, 32, 33, 34, 80])('%i scopes, each once, in their order', (count) => {
    const scopes = Array.from({ length: count }, (_, at) => `s${at}`);
    const claims = { scope: scopes.join(' '), scp: [...scopes].reverse(), permissions: ['last'] };
    expect(identityOf(claims).scopes).toEqual([...scopes, 'last']);
    expect(identityOf({ scp: [...scopes, ...scopes] }).scopes).toEqual(scopes);
  });

  it('a hundred thousand scopes and roles do not stand still for seconds', () => {
    const words = Array.from({ length: 100_000 }, (_, at) => at.toString(36));
    const begin = performance.now();
    const { scopes, roles } = identityOf({ scope: words.join(' '), roles: words });
    // Compared each with each they take eight seconds a list, and else a tenth of one.
    expect(performance.now() - begin).toBeLessThan(3_000);
    expect([scopes.length, roles.length]).toEqual([words.length, words.length]);
  });

  it('the subject can be elsewhere', () => {
    expect(identityOf({ sub: '', oid: 'bob' }, { subject: ['sub', 'oid'] }).subject).toBe('bob');
  });
});
