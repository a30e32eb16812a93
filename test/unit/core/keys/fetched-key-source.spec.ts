import { describe, expect, it } from '@jest/globals';
import { FetchedKeySource } from '../../../../src/core/keys/fetched-key-source.js';

describe('FetchedKeySource', () => {
  it('gives a key of a place that has answered since others were tried, and none twice', () => {
    const [tried, untried] = [{ keyId: 'k' }, { keyId: 'k' }];
    const place = (key: object) => ({
      known: () => ({ keys: [key], isPartial: false }),
      mayLack: () => false,
      isUsable: () => true,
    });
    const source = new FetchedKeySource([place(tried), place(untried)] as never, true, {
      unknownKey() {},
    } as never);
    const request = { algorithm: 'RS256', keyId: 'k', expired: false };
    expect(source.findMore(request, [tried] as never)).toEqual([untried]);
  });
});
