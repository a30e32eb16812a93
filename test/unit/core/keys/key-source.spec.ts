import { describe, expect, it } from '@jest/globals';
import {
  beyondTries,
  isOfAnother,
  type KeyRequest,
  likeliestFirst,
  unitedOffer,
  type VerificationKey,
} from '../../../../src/core/keys/key-source.js';

const request = (more: Partial<KeyRequest> = {}): KeyRequest => ({
  algorithm: 'ES256',
  keyId: undefined,
  expired: false,
  ...more,
});

describe('Keys from several places', () => {
  /** A key by its name and certificates; what it is made of plays no part here. */
  const key = (keyId?: string, ...thumbprints: string[]) =>
    ({ keyId, ...(thumbprints.length > 0 && { thumbprints }) }) as VerificationKey;

  it('come in the order of the places, except that those of the very kid and certificate are first', () => {
    const [plain, other] = [key(), key('other')];
    const [certified, named, both] = [key(undefined, 'x', 'c'), key('k'), key('k', 'c')];
    const all = [plain, certified, other, named, both];
    const wanted = request({ keyId: 'k', thumbprints: ['b', 'c'] });
    expect(likeliestFirst(all, wanted)).toEqual([both, named, certified, plain, other]);
    expect(likeliestFirst(all, request({ thumbprints: ['c'] }))).toEqual([
      ...[certified, both, plain, other, named],
    ]);
    expect(likeliestFirst(all, request({ keyId: 'k' }))).toEqual([
      ...[named, both, plain, certified, other],
    ]);
    expect(likeliestFirst(all, request())).toEqual(all);
    expect(likeliestFirst([plain], wanted)).toEqual([plain]);
  });

  it('are offered together', () => {
    const none = { algorithmsOfNamed: [], hasAlgorithm: false, algorithms: [] };
    const one = { algorithmsOfNamed: ['RS256'], hasAlgorithm: false, algorithms: ['RS256'] };
    const two = { algorithmsOfNamed: ['ES256'], hasAlgorithm: true, algorithms: ['ES256', 'A'] };
    expect(unitedOffer([none, one])).toEqual(one);
    expect(unitedOffer([one, two])).toEqual({
      algorithmsOfNamed: ['RS256', 'ES256'],
      hasAlgorithm: true,
      algorithms: ['RS256', 'ES256', 'A'],
    });
  });
});

describe('A key that names its issuer', () => {
  const TENANT = 'https://a.example/00000000-0000-4000-8000-000000000001';
  it.each([
    ['the same', 'https://a.example', 'https://a.example', false],
    ['another', 'https://b.example', 'https://a.example', true],
    ['the template of it', 'https://a.example/{tenantid}', TENANT, false],
    ['none', undefined, 'https://a.example', false],
    ['none, and the token is of a tenant', undefined, TENANT, false],
    ['one, and the token is of none', 'https://b.example', undefined, false],
  ])('%s: whether it is of another', (_what, issuer, wanted, expected) => {
    expect(isOfAnother({ issuer }, request(wanted === undefined ? {} : { issuer: wanted }))).toBe(
      expected,
    );
  });
});

describe('More keys than are tried for one token', () => {
  const keys = (count: number, ...algorithms: string[]) =>
    Array.from({ length: count }, () => ({ algorithms }));

  it('are named by the algorithms that have more than 16', () => {
    expect(beyondTries(keys(17, 'ES256'))).toEqual([
      'for a token without a kid, keys beyond the first 16 of ES256',
    ]);
    expect(beyondTries([...keys(17, 'RS256', 'PS256'), ...keys(16, 'ES256')])).toEqual([
      'for a token without a kid, keys beyond the first 16 of RS256, PS256',
    ]);
  });

  it('are not said to be there when 16 are', () => {
    expect(beyondTries([...keys(16, 'ES256'), ...keys(16, 'RS256')])).toEqual([]);
  });
});
