import { expect, it } from '@jest/globals';
import { DEFAULTS } from '../../../src/config/defaults.js';
import { canonicalTokenType, NON_ACCESS_TOKEN_TYPES } from '../../../src/core/jose/token-type.js';

// RFC 7515 section 4.1.9.
it('every type is in the form in which types are compared', () => {
  for (const type of NON_ACCESS_TOKEN_TYPES) expect(canonicalTokenType(type)).toBe(type);
});

// RFC 8725 section 3.11.
it('no type that is accepted by default is among them', () => {
  for (const type of DEFAULTS.tokenTypes)
    expect(NON_ACCESS_TOKEN_TYPES.has(String(type))).toBe(false);
});

it.each(['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'id', 'refresh', 'client-authentication+jwt'])(
  '%s is among them',
  (type) => {
    expect(NON_ACCESS_TOKEN_TYPES.has(type)).toBe(true);
  },
);
