import { describe, expect, it } from '@jest/globals';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { RequireAuthentication, RequireRoles, RequireScopes } from 'nestjs-trusted-issuers';
import { REQUIREMENTS_KEY } from '../../../../src/core/authorization/requirement.js';

const required = (value: unknown) => () => RequireAuthentication(value as never);
const scopes =
  (...names: unknown[]) =>
  () =>
    RequireScopes(...(names as [string]));

describe('A decorator that no caller could meet is refused where it is written', () => {
  it.each<[string, () => unknown, string]>([
    ['no scope', scopes(), '@RequireScopes() names none. Name at least one.'],
    ['several in one', scopes('a b'), '@RequireScopes(): "a b" is not a scope'],
    ['an empty scope', scopes('a', ''), '@RequireScopes(): "" is not a scope'],
    ['a quote', scopes('a"'), String.raw`@RequireScopes(): "a\"" is not a scope`],
    ['a list', scopes(['a', 'b']), '@RequireScopes(): ["a","b"] is not a scope'],
    ['undefined', scopes(undefined), '@RequireScopes(): undefined is not a scope'],
    ['an empty role', () => RequireRoles.any(' '), '@RequireRoles.any(): " " is not a role'],
    ['no demand', required({}), 'Give acrValues, maxAgeSeconds or both.'],
    ['no acr', required({ acrValues: [] }), 'acrValues is empty.'],
    ['an acr with a space', required({ acrValues: ['a b'] }), 'acrValues are strings'],
    ['an acr as a number', required({ acrValues: [1] }), 'acrValues are strings'],
    ['an acr as text', required({ acrValues: 'phr' }), 'acrValues are strings'],
    ['no age', required({ maxAgeSeconds: 0 }), 'maxAgeSeconds is a whole number from 1.'],
    ['an age as text', required({ maxAgeSeconds: '60' }), 'maxAgeSeconds is a whole number'],
    ['an infinite age', required({ maxAgeSeconds: Infinity }), 'maxAgeSeconds is a whole number'],
  ])('%s: a TypeError that says why', (_name, decorate, message) => {
    expect(decorate).toThrow(TypeError);
    expect(decorate).toThrow(message);
  });
});

describe('Metadata', () => {
  it('stacked decorators add up and bring one interceptor', () => {
    @RequireRoles('editor')
    @RequireScopes('a', 'a')
    class Stacked {}
    expect(Reflect.getMetadata(REQUIREMENTS_KEY, Stacked)).toEqual([
      { kind: 'scopes', match: 'all', names: ['a'] },
      { kind: 'roles', match: 'all', names: ['editor'] },
    ]);
    expect(Reflect.getMetadata(INTERCEPTORS_METADATA, Stacked)).toHaveLength(1);
  });

  it('an age of one second may be demanded', () => {
    expect(required({ maxAgeSeconds: 1 })).not.toThrow();
  });

  it('a role may hold spaces', () => {
    expect(() => RequireRoles('Global Administrator')).not.toThrow();
  });
});
