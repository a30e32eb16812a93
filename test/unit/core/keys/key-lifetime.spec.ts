import { describe, expect, it } from '@jest/globals';
import { freshnessSeconds, keyLifetime } from '../../../../src/core/keys/key-lifetime.js';

const LONG = '9'.repeat(400);

describe('keyLifetime', () => {
  const of = (cacheControl: string | null, age: string | null = null) =>
    keyLifetime(
      freshnessSeconds({ get: (name) => ({ 'cache-control': cacheControl, age })[name] ?? null }),
    );

  it.each([
    ['an hour', 'max-age=3600', '600', 3_000],
    ['an hour, and an age among blanks', 'max-age=3600', ' 600 ', 3_000],
    ['an hour, and no age', 'max-age=3600', null, 3_600],
    ['an hour, and an age that is no number', 'max-age=3600', '600x', 3_600],
    ['an hour, and an age below zero', 'max-age=3600', '-600', 3_600],
    ['an hour that is over', 'max-age=3600', '9999', 60],
    ['a second', 'max-age=1', null, 60],
    ['an hour, in quotes', 'Max-Age="3600"', null, 3_600],
    ['an hour, among blanks', 'public,max-age \t= 3600', null, 3_600],
    ['an hour to others', 'x-max-age=3600', null, 600],
    ['no-store', 'no-store', null, 60],
    ['no-store, among others', 'max-age=3600, No-Store,private', null, 60],
    ['no-cache', 'max-age=3600 no-cache', null, 60],
    ['no-cache for a header', 'no-cache="set-cookie", max-age=3600', null, 60],
    ['something like no-store', 'xno-store, no-stores, max-age=3600', null, 3_600],
    ['no end', `max-age=${LONG}`, null, 86_400],
    ['no end, and an age without end', `max-age=${LONG}`, LONG, 60],
    ['a minute, and an age without end', 'max-age=60', LONG, 60],
    ['nothing', 'public', null, 600],
    ['nothing, and is not there', null, null, 600],
  ])('Cache-Control says %s: keys are fresh for the rest', (_what, cacheControl, age, seconds) => {
    expect(of(cacheControl, age).freshMs).toBe(seconds * 1_000);
  });

  it('keys are fetched again after four fifths of that time', () => {
    expect(of('max-age=1000').refreshAfterMs).toBe(800_000);
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
