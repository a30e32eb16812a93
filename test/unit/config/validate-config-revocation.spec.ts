import { describe, expect, it } from '@jest/globals';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { faultsOf } from './faults-of.js';

const issuers = [{ issuer: 'https://idp.example', audience: 'api' }];
const store = new MemoryRevocationStore();
const GIVE =
  'Give a store: new MemoryRevocationStore() for one process, or new RedisRevocationStore(client) of nestjs-trusted-issuers/redis for many.';

describe('the option revocation', () => {
  it('is sound with a store and with every option', () => {
    expect(faultsOf({ issuers, revocation: { store } })).toEqual([]);
    const others = { maxStaleSeconds: 5, whenStale: 'serve', maxTokenLifetimeSeconds: 3_600 };
    expect(faultsOf({ issuers, revocation: { store, ...others } })).toEqual([]);
  });

  it.each([
    ['without a store', {}, [`revocation.store: missing. ${GIVE}`]],
    [
      'with a name in place of a store',
      { store: 'redis' },
      [`revocation.store: a string is not a revocation store. ${GIVE}`],
    ],
    [
      'with a store that can’t do all of it',
      { store: { put: store.put, load: store.load, subscribe: true } },
      [
        `revocation.store: this is not a revocation store: it has no subscribe, no knownAsOfSeconds. ${GIVE}`,
      ],
    ],
    [
      'with times out of bounds',
      { store, maxStaleSeconds: 0, maxTokenLifetimeSeconds: '3600' },
      [
        'revocation.maxStaleSeconds: 0 is not a finite number from 1 to 86400. Give the time in seconds.',
        'revocation.maxTokenLifetimeSeconds: "3600" is not a finite number from 60 to 315360000. Convert text, as of an environment variable, with Number().',
      ],
    ],
    [
      'with another word',
      { store, whenStale: 'refused' },
      ['revocation.whenStale: "refused" is not one of the values. Did you mean "refuse"?'],
    ],
    [
      'with an option nobody knows',
      { store, prefix: 'x' },
      [
        'revocation.prefix: unknown option. Known here: store, maxStaleSeconds, whenStale, maxTokenLifetimeSeconds.',
      ],
    ],
  ])('%s is faulty', (_what, revocation, lines) => {
    expect(faultsOf({ issuers, revocation })).toEqual(lines);
  });
});
