import { describe, expect, it } from '@jest/globals';
import type { Identity } from 'nestjs-trusted-issuers';
import { present } from './presented.js';
import { PROXIES_AND_GRIDS } from './proxy-providers.js';

async function subjectOf(claims: object): Promise<Identity['subject']> {
  const { scitokens } = PROXIES_AND_GRIDS;
  if (scitokens === undefined) throw new Error('no such provider');
  const told = { ...scitokens, claims: { ...scitokens.claims, iat: 1_700_000_000, ...claims } };
  return (await present({ ...told, nearMisses: {}, alsoAccepted: {} })).identity.subject;
}

describe('A SciToken without subject', () => {
  it('is named by its id, which is no user’s subject', async () => {
    expect(await subjectOf({ sub: undefined, jti: 'one' })).toBe('jti:one');
  });

  it('without an id as well is a caller of its own', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const one = await subjectOf({ sub: undefined, exp, scope: 'read:/a' });
    const again = await subjectOf({ sub: undefined, exp, scope: 'read:/a' });
    const other = await subjectOf({ sub: undefined, exp, scope: 'read:/b' });
    expect(one).toMatch(/^claims:[\w-]{43}$/);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });
});
