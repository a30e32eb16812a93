import { describe, expect, it } from '@jest/globals';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import { acceptedBetween, checkTimes, isExpired } from '../../../../src/core/jwt/time-rules.js';
import type { Claims } from '../../../../src/core/identity/identity.js';

const NOW = 1_700_000_000;
const policyOf = (config: object = {}) =>
  resolveTrustedIssuer({ issuer: 'https://i', audience: 'api', ...config }, undefined);
const AGED = { maxTokenAgeSeconds: 60 };

// RFC 7519 sections 2, 4.1.4, 4.1.5 and 4.1.6.
describe('What is said of a token at the wrong time', () => {
  it.each<[claims: Claims, config: object, reason: string]>([
    [{}, {}, '"exp" is missing'],
    [{ exp: '1' }, {}, '"exp" is a string, not a number'],
    [{ exp: Infinity }, {}, '"exp" is too large, not a number'],
    [{ exp: NOW - 60.4 }, {}, '"exp" has passed, 60 s ago'],
    [{ exp: NOW + 60 }, AGED, '"iat" is missing and maxTokenAgeSeconds is set'],
    [
      { exp: NOW + 60, iat: NOW - 90 },
      AGED,
      'the token is older than maxTokenAgeSeconds (60): it was issued 90 s ago',
    ],
    [
      { exp: NOW + 60, nbf: NOW + 30 },
      {},
      '"nbf" lies in the future, by 30 s (clockToleranceSeconds: 5)',
    ],
    [
      { exp: NOW + 60, iat: NOW + 30 },
      { clockToleranceSeconds: 7 },
      '"iat" lies in the future, by 30 s (clockToleranceSeconds: 7)',
    ],
    [
      { exp: NOW + 60, nbf: 1e11 },
      {},
      `"nbf" lies in the future, by ${1e11 - NOW} s (clockToleranceSeconds: 5)`,
    ],
    [
      { exp: NOW + 60, nbf: NOW * 1_000 },
      {},
      `"nbf" lies in the future, by ${NOW * 999} s (clockToleranceSeconds: 5): it is written in milliseconds, and should be in seconds`,
    ],
  ])('%j %j', (claims, config, reason) =>
    expect(checkTimes(claims, policyOf(config), NOW)).toMatchObject({ reason }),
  );

  it.each<[claims: Claims, config: object]>([
    [{ exp: NOW + 60 }, {}],
    [{ exp: NOW + 60, iat: NOW - 65 }, AGED],
  ])('nothing of %j %j', (claims, config) =>
    expect(checkTimes(claims, policyOf(config), NOW)).toBeUndefined(),
  );
});

describe('When a remembered token is accepted without another look at its times', () => {
  it.each<[claims: Claims, config: object, from: number, until: number]>([
    [{ exp: NOW }, {}, -Infinity, NOW + 5],
    [{ exp: NOW, nbf: NOW - 90, iat: NOW - 80 }, {}, NOW - 85, NOW + 5],
    [{ exp: NOW, nbf: NOW - 80, iat: NOW - 90 }, {}, NOW - 85, NOW + 5],
    [{ exp: NOW, iat: 'now' }, {}, -Infinity, NOW + 5],
    [{}, {}, -Infinity, Infinity],
  ])('%j %j', (claims, config, fromSeconds, untilSeconds) =>
    expect(acceptedBetween(claims, policyOf(config))).toEqual({ fromSeconds, untilSeconds }),
  );

  it('until it is too old, the last second included', () => {
    const { untilSeconds } = acceptedBetween({ exp: NOW + 600, iat: NOW }, policyOf(AGED));
    expect(untilSeconds).toBeGreaterThan(NOW + 65);
    expect(untilSeconds).toBeLessThan(NOW + 65.001);
  });

  it('at its ends the rules say the same', () => {
    const claims = { exp: NOW, nbf: NOW - 90 };
    const { fromSeconds, untilSeconds } = acceptedBetween(claims, policyOf());
    for (const [time, isAccepted] of [
      [fromSeconds, true],
      [fromSeconds - 1, false],
      [untilSeconds - 1, true],
      [untilSeconds, false],
    ] as const)
      expect(checkTimes(claims, policyOf(), time) === undefined).toBe(isAccepted);
  });
});

describe('Whether an exp has passed', () => {
  it.each<[exp: unknown, expired: boolean]>([
    [NOW - 5, true],
    [NOW - 4, false],
    ['1', false],
    [undefined, false],
  ])('%j: %j', (exp, expired) => expect(isExpired(exp, policyOf(), NOW)).toBe(expired));
});
