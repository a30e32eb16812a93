import { describe, expect, it } from '@jest/globals';
import { nearestName } from '../../../src/config/nearest-name.js';

const OPTIONS = [
  'issuer',
  'issuerAliases',
  'audience',
  'algorithms',
  'clockToleranceSeconds',
  'http',
];

describe('nearestName', () => {
  it.each([
    ['issuer', 'issuer'],
    ['Issuer', 'issuer'],
    ['isuer', 'issuer'],
    ['isseur', 'issuer'],
    ['iss', 'issuer'],
    ['issuer_aliases', 'issuerAliases'],
    ['aud', 'audience'],
    ['audiences', 'audience'],
    ['algs', undefined],
    ['algorithm', 'algorithms'],
    ['clockTolerance', 'clockToleranceSeconds'],
    ['clockTolerenceSeconds', 'clockToleranceSeconds'],
    ['https', 'http'],
    ['htpp', 'http'],
    ['au', undefined],
    ['', undefined],
    ['cache', undefined],
  ])('who writes %j means %j', (typed, meant) => {
    expect(nearestName(typed, OPTIONS)).toBe(meant);
  });

  it('gives up on what is no slip of the pen', () => {
    expect(nearestName('x'.repeat(1_000), OPTIONS)).toBeUndefined();
  });

  it('prefers the very name to one that begins like it', () => {
    expect(nearestName('ISSUER', ['issuerAliases', 'issuer'])).toBe('issuer');
  });
});
