import { describe, expect, it } from '@jest/globals';
import { validateConfig } from '../../../src/config/validate-config.js';
import { scopeImplications } from '../../../src/config/identity-mapping.js';
import { withImplied } from '../../../src/core/identity/identity-mapper.js';

const faultsOf = (scopeImplies: unknown): string => {
  const issuers = [{ issuer: 'https://idp.example', audience: 'api' }];
  const caught: string[] = [];
  for (const config of [{ issuers, scopeImplies }, { issuers: [{ ...issuers[0], scopeImplies }] }])
    try {
      validateConfig(config);
    } catch (error) {
      caught.push((error as Error).message.replaceAll('issuers[0].', ''));
    }
  expect(caught[1]).toBe(caught[0]);
  return caught[0] ?? '';
};

describe('Faults of scopeImplies, of the module and of an issuer', () => {
  it.each<[unknown, string]>([
    [
      ['notes:read'],
      'scopeImplies: a list is not an object. Write { "notes:admin": ["notes:read"] }.',
    ],
    ['notes:read', 'scopeImplies: a string is not an object.'],
    [new Map(), 'scopeImplies: a Map is not an object.'],
    [
      { 'notes admin': ['notes:read'] },
      'scopeImplies["notes admin"]: the name is not a scope: white space',
    ],
    [{ '': ['notes:read'] }, 'scopeImplies[""]: the name is not a scope'],
    [
      { 'notes:admin': 'notes:read' },
      'scopeImplies["notes:admin"]: "notes:read" is not a list. List scopes, like ["notes:read"].',
    ],
    [{ 'notes:admin': [] }, 'scopeImplies["notes:admin"]: the list is empty. Name at least one'],
    [{ 'notes:admin': ['a b'] }, 'scopeImplies["notes:admin"][0]: "a b" is not a scope: white'],
    [{ 'notes:admin': [undefined] }, 'scopeImplies["notes:admin"][0]: undefined is not a scope'],
  ])('scopeImplies %j is refused', (scopeImplies, message) => {
    expect(faultsOf(scopeImplies)).toContain(message);
  });

  it('what is sound is no fault', () => {
    expect(faultsOf({ 'notes:admin': ['notes:read'], __proto__: null })).toBe('');
    expect(faultsOf({})).toBe('');
  });
});

describe('Implied scopes', () => {
  it('come behind those of the token, each once, through others too', () => {
    const implications = scopeImplications({ a: ['b', 'x'], b: ['c'], c: ['a'] });
    expect(withImplied(['x', 'a'], implications)).toEqual(['x', 'a', 'b', 'c']);
    expect(withImplied(['c'], implications)).toEqual(['c', 'a', 'b', 'x']);
    expect(withImplied(['y'], implications)).toEqual(['y']);
  });

  it('are no members of every object', () => {
    const implications = scopeImplications({ a: ['b'] });
    expect(withImplied(['constructor', '__proto__'], implications)).toEqual([
      'constructor',
      '__proto__',
    ]);
  });

  it('a chain of a hundred thousand ends', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`s${index}`, [`s${index + 1}`]]),
    );
    expect(withImplied(['s0'], scopeImplications(chain))).toHaveLength(100_001);
  });
});
