import { describe, expect, it } from '@jest/globals';
import { validateTrustedIssuer } from '../../../../src/config/validate-config.js';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import type { TrustedIssuerConfig } from '../../../../src/config/trusted-issuer-config.js';
import { identityIn } from '../../../support/identity-in.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';

type Terms = Pick<TrustedIssuerConfig, 'identity' | 'mayGrant'>;

function identityOf(claims: object, terms: Terms = {}) {
  const policy = resolveTrustedIssuer(
    { issuer: 'https://i', audience: 'api', ...terms },
    undefined,
  );
  const whole = { exp: 1, sub: 'alice', ...claims };
  return identityIn(whole, policy);
}

function refusalOf(claims: object, terms: Terms = {}): Refusal {
  try {
    identityOf(claims, terms);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('not refused');
}

describe('Scopes and roles', () => {
  it('scopes with spaces inside a list are split, since a space is no part of a scope', () => {
    expect(identityOf({ scope: ['a b', 'c'], scp: ['b'] }).scopes).toEqual(['a', 'b', 'c']);
  });

  it('commas are part of a scope, unless a function says otherwise', () => {
    expect(identityOf({ scope: 'a,b c' }).scopes).toEqual(['a,b', 'c']);
    const scopes = ({ scope }: { scope?: unknown }) => String(scope).split(',');
    expect(identityOf({ scope: 'a,b' }, { identity: { scopes } }).scopes).toEqual(['a', 'b']);
  });

  it.each([
    [{ roles: { admin: { id: 1 }, editor: {} } }, ['admin', 'editor']],
    [{ roles: ['admin'] }, []],
    [{ roles: 'admin' }, []],
    [{}, []],
  ])('the keys of an object: %j', (claims, roles) => {
    expect(identityOf(claims, { identity: { roles: { keysOf: 'roles' } } }).roles).toEqual(roles);
  });

  it('keys and lists together, and a function', () => {
    const claims = { roles: { admin: {} }, groups: ['staff'] };
    const roles = [{ keysOf: 'roles' }, 'groups'] as const;
    expect(identityOf(claims, { identity: { roles } }).roles).toEqual(['admin', 'staff']);
    const read = () => ['made', 'made', 1 as never];
    expect(identityOf(claims, { identity: { roles: read } }).roles).toEqual(['made']);
  });

  it('a function that throws, or gives a promise, is a 503', () => {
    const fails = () => {
      throw new Error('no');
    };
    const later = (() => Promise.resolve(['a'])) as never;
    expect(refusalOf({}, { identity: { roles: fails } }).code).toBe('keys_unavailable');
    expect(refusalOf({}, { identity: { scopes: later } }).code).toBe('keys_unavailable');
    expect(refusalOf({}, { identity: { subject: fails } }).code).toBe('keys_unavailable');
  });
});

describe('Subjects', () => {
  it('a safe integer counts as its decimal text where the claim is named', () => {
    const named = { identity: { subject: 'sub' } };
    expect(identityOf({ sub: 1 }, named)).toMatchObject({ subject: '1', id: 'https://i|1' });
    expect(identityOf({ sub: 0 }, named).subject).toBe('0');
    const several = { identity: { subject: ['sub', 'user_id'] } };
    expect(identityOf({ sub: undefined, user_id: 42 }, several).subject).toBe('42');
  });

  it.each([1.5, 2 ** 53, Number.NaN, true, ['1']])('%p does not', (sub) => {
    expect(refusalOf({ sub }, { identity: { subject: 'sub' } }).code).toBe('claims_invalid');
  });

  it('elsewhere the log says that it is a number and how to take it, and never which', () => {
    const { code, reason } = refusalOf({ sub: 4711 });
    expect(code).toBe('claims_invalid');
    expect(reason).toContain("it is a number there, which identity: { subject: 'sub' }");
    expect(reason).not.toContain('4711');
  });

  it('a function of the claims', () => {
    const subject = (claims: Readonly<Record<string, unknown>>) =>
      (claims['properties'] as { id?: string } | undefined)?.id;
    const terms = { identity: { subject } };
    expect(identityOf({ properties: { id: 'lasting' } }, terms).subject).toBe('lasting');
    expect(refusalOf({}, terms).code).toBe('claims_invalid');
    expect(refusalOf({ properties: { id: '' } }, terms).code).toBe('claims_invalid');
    expect(refusalOf({ properties: { id: 7 } }, terms).code).toBe('claims_invalid');
  });
});

describe('mayGrant', () => {
  it.each<[string, Terms['mayGrant'], string[], string[]]>([
    ['nothing said', undefined, ['admin', 'notes:read'], ['admin', 'partner:a']],
    ['exact names', { roles: ['admin'] }, ['admin', 'notes:read'], ['admin']],
    ['prefixes', { scopes: ['notes:*'], roles: ['partner:*'] }, ['notes:read'], ['partner:a']],
    ['none', { scopes: [], roles: [] }, [], []],
    ['a function', { roles: (name) => name.length > 5 }, ['admin', 'notes:read'], ['partner:a']],
    ['no boolean', { roles: () => 1 as never }, ['admin', 'notes:read'], []],
  ])('%s: only these scopes and roles of the token count', (_name, mayGrant, scopes, roles) => {
    const claims = { scope: 'admin notes:read', roles: ['admin', 'partner:a'] };
    const identity = identityOf(claims, mayGrant === undefined ? {} : { mayGrant });
    expect([identity.scopes, identity.roles]).toEqual([scopes, roles]);
  });
});

it('A function of mayGrant that throws is a 503', () => {
  const roles = () => {
    throw new Error('no');
  };
  expect(refusalOf({ roles: ['admin'] }, { mayGrant: { roles } }).code).toBe('keys_unavailable');
});

describe('Faults of these options', () => {
  it.each<[object, string]>([
    [{ identity: { roles: { keyOf: 'roles' } } }, 'identity.roles: the object has other members'],
    [{ identity: { roles: [{ keysOf: '' }] } }, 'identity.roles[0]: keysOf: "" is empty'],
    [{ identity: { subject: async () => 'x' } }, 'identity.subject: an async function'],
    [{ identity: { tenant: () => 'x' } }, 'identity.tenant: a function is not a string'],
    [{ mayGrant: { roles: 'admin' } }, 'mayGrant.roles: "admin" is not a list. List names'],
    [{ mayGrant: { roles: ['a*b'] } }, 'mayGrant.roles[0]: a star works only at the end of a name'],
    [{ mayGrant: { rolls: [] } }, 'mayGrant.rolls: unknown option. Did you mean roles?'],
    [{ mayGrant: true }, 'mayGrant: a boolean is not an object with options'],
    [{ name: '' }, 'name: "" is empty'],
  ])('%p', (changes, message) => {
    const config = { issuer: 'https://i.example.com', audience: 'api', ...changes };
    const check = () => validateTrustedIssuer(config, {});
    expect(check).toThrow(message);
  });
});
