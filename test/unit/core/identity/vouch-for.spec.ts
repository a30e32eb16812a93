import { describe, expect, it } from '@jest/globals';
import { deepStrictEqual } from 'node:assert/strict';
import { inspect } from 'node:util';
import { type Identity, vouchFor } from 'nestjs-trusted-issuers';
import { testIdentity } from 'nestjs-trusted-issuers/testing';
import { isIdentity } from '../../../../src/core/identity/identity.js';
import { thrownBy } from '../../../support/thrown-by.js';

const given = (): Identity => ({
  issuer: 'urn:example:api-keys',
  subject: 'billing',
  id: 'urn:example:api-keys|billing',
  clientId: undefined,
  audience: ['https://api.example.com'],
  scopes: ['notes:read'],
  roles: [],
  tenant: undefined,
  expiresAt: 4_102_444_800,
  tokenId: undefined,
  claims: { plan: { name: 'gold', limits: [1, 2] } },
});

/** What others make of an identity on its way through an application. */
const COPIES: Readonly<Record<string, (identity: Identity) => unknown>> = {
  'its JSON': (identity) => JSON.parse(JSON.stringify(identity)) as unknown,
  'a spread': (identity) => ({ ...identity }),
  'a spread with more scopes': (identity) => ({ ...identity, scopes: ['admin'] }),
  'Object.assign': (identity) => Object.assign({}, identity),
  structuredClone: (identity) => structuredClone(identity),
  'an object that inherits from it': (identity) => Object.create(identity, {}) as unknown,
  'a copy of its property descriptors': (identity) =>
    Object.defineProperties({}, Object.getOwnPropertyDescriptors(identity)) as unknown,
  'a literal with the mark in it': (identity) => ({
    ...identity,
    [Symbol.for('nestjs-trusted-issuers:identity')]: true,
  }),
};

describe('What counts as an identity', () => {
  it.each([
    ['a vouched one', () => vouchFor(given())],
    ['that of the test kit', () => testIdentity()],
  ])('%s does; no copy of it does', (_whose, make) => {
    const identity = make();
    expect(isIdentity(identity)).toBe(true);
    for (const [how, copy] of Object.entries(COPIES))
      expect([how, isIdentity(copy(identity))]).toEqual([how, false]);
  });

  it.each([undefined, null, 'alice', 7, () => undefined, [], given()])('%p does not', (value) => {
    expect(isIdentity(value)).toBe(false);
  });

  it('the mark is in no comparison and no print', () => {
    expect(vouchFor(given())).toEqual(given());
    expect(vouchFor(given())).toStrictEqual(given());
    expect(Object.keys(vouchFor(given()))).toEqual(Object.keys(given()));
    deepStrictEqual(vouchFor(given()), given());
    expect(inspect(vouchFor(given()), { depth: 5 })).toBe(inspect(given(), { depth: 5 }));
    expect(JSON.parse(JSON.stringify(vouchFor(given())))).toEqual(
      JSON.parse(JSON.stringify(given())),
    );
  });
});

describe('vouchFor', () => {
  it('gives a copy, frozen with all in it, and leaves what it was given alone', () => {
    const identity = given();
    const vouched = vouchFor(identity);
    const plan = vouched.claims['plan'] as { limits: unknown };
    for (const part of [vouched, vouched.scopes, vouched.claims, plan, plan.limits])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(identity)).toBe(false);
    (identity.scopes as string[]).push('admin');
    expect(vouched.scopes).toEqual(['notes:read']);
  });

  it('takes an identity as it is, and one made of it', () => {
    const own = testIdentity({ subject: 'bob' });
    expect(vouchFor(own)).toEqual(own);
    const more = vouchFor({ ...own, roles: ['editor'] });
    expect([isIdentity(more), more.roles]).toEqual([true, ['editor']]);
  });

  it('takes members that are getters, once each', () => {
    let reads = 0;
    const shifty = Object.defineProperty(given(), 'scopes', {
      get: () => (reads++ === 0 ? ['notes:read'] : ['admin']),
    });
    expect(vouchFor(shifty).scopes).toEqual(['notes:read']);
    expect(reads).toBe(1);
  });

  it('leaves out what is no member of an identity', () => {
    expect(vouchFor({ ...given(), password: 'secret' } as Identity)).not.toHaveProperty('password');
  });

  it('a claim named __proto__ stays a claim', () => {
    const claims = JSON.parse('{"__proto__":{"admin":true}}') as Identity['claims'];
    const vouched = vouchFor({ ...given(), claims });
    expect(Object.keys(vouched.claims)).toEqual(['__proto__']);
    expect(vouched.claims['admin']).toBeUndefined();
  });

  const SECRET = 'a-secret-value';
  const endless: Record<string, unknown> = {};
  endless['self'] = endless;
  it.each<[keyof Identity, unknown]>([
    ...(['issuer', 'subject', 'id'] as const).flatMap((name) =>
      [undefined, null, '', 7, [SECRET], '\ud800'].map((value): [keyof Identity, unknown] => [
        name,
        value,
      ]),
    ),
    ...(['clientId', 'tenant', 'tokenId'] as const).flatMap((name) =>
      [null, '', 7, [SECRET], { SECRET }].map((value): [keyof Identity, unknown] => [name, value]),
    ),
    ...(['audience', 'scopes', 'roles'] as const).flatMap((name) =>
      [
        ...[undefined, null, `${SECRET} b`, '', [7], [[SECRET]], [undefined], Array(1)],
        ...[new Set([SECRET]), { 0: SECRET, length: 1 }, new String(SECRET)],
      ].map((value): [keyof Identity, unknown] => [name, value]),
    ),
    ...[undefined, '7', Number.NaN, Infinity, new Date(0)].map(
      (value): [keyof Identity, unknown] => ['expiresAt', value],
    ),
    ...[
      ...[undefined, null, SECRET, [SECRET], new Map([[SECRET, 1]]), { at: new Date(0) }],
      ...[{ big: 1n }, { call: () => SECRET }, endless, { mark: Symbol(SECRET) }],
      Object.defineProperty({}, 'bad', { enumerable: true, get: () => raise(SECRET) }),
    ].map((value): [keyof Identity, unknown] => ['claims', value]),
  ])('refuses %s, of case %#', (name, value) => {
    const thrown = thrownBy(() => vouchFor({ ...given(), [name]: value })) as Error;
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(new RegExp(`^${name} of an identity must be `));
    expect(thrown.message).not.toContain(SECRET);
    expect(thrown.cause).toBeUndefined();
  });

  it.each([undefined, null, 'alice', 7])('refuses %p', (value) => {
    expect(() => vouchFor(value as never)).toThrow(new RegExp('^vouchFor takes an identity, not '));
  });

  it('says what is wrong', () => {
    expect(() => vouchFor({ ...given(), scopes: 'a b' as never })).toThrow(
      new TypeError('scopes of an identity must be a list of strings; it is a string'),
    );
  });
});

function raise(message: string): never {
  throw new Error(message);
}
