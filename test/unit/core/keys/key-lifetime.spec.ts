import { describe, expect, it } from '@jest/globals';
import { freshnessSeconds, keyLifetime } from '../../../../src/core/keys/key-lifetime.js';

describe('keyLifetime', () => {
  const of = (cacheControl: string, age: string | null = null) =>
    keyLifetime(
      freshnessSeconds({ get: (name) => (name === 'cache-control' ? cacheControl : age) }),
    );

  it.each([
    ['an hour', 'max-age=3600', '600', 3_000],
    ['an hour that is over', 'max-age=3600', '9999', 60],
    ['a second', 'max-age=1', null, 60],
    ['no-store', 'no-store', null, 60],
    ['no end', `max-age=${'9'.repeat(400)}`, null, 86_400],
    ['no end, and an age without end', `max-age=${'9'.repeat(400)}`, '9'.repeat(400), 60],
    ['a minute, and an age without end', 'max-age=60', '9'.repeat(400), 60],
    ['nothing', 'public', null, 600],
  ])('Cache-Control says %s: keys are fresh for the rest', (_what, cacheControl, age, seconds) => {
    expect(of(cacheControl, age).freshMs).toBe(seconds * 1_000);
  });

  it.each([
    ['max-age=86400', 24 * 60 + 50],
    ['max-age=3600', 60 + 50],
    ['max-age=60', 60],
    ['', 60],
  ])('after %j keys serve for %d minutes', (cacheControl, minutes) => {
    expect(of(cacheControl).staleIfErrorMs).toBe(minutes * 60_000);
  });
});
