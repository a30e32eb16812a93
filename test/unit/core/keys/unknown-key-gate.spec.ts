import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnknownKeyGate } from '../../../../src/core/keys/unknown-key-gate.js';
import { clockAt } from '../../../support/movable-clock.js';

const request = (keyId: string) => ({ algorithm: 'RS256', keyId, expired: false });

describe('UnknownKeyGate', () => {
  let now: number;
  let gate: UnknownKeyGate;
  beforeEach(() => {
    now = 0;
    gate = new UnknownKeyGate(clockAt(() => now));
  });

  const miss = (keyId: string): void => {
    gate.asks(request(keyId));
    gate.missed(request(keyId));
  };
  const mayAsk = (...keyIds: string[]): boolean[] =>
    keyIds.map((keyId) => gate.mayAsk(request(keyId)));
  /** Whether a key is remembered as one that a fetch did not bring. */
  const isRemembered = (keyId: string): boolean => {
    // By now everybody may ask again, and those that are remembered may not.
    const [may] = mayAsk(keyId);
    return may === false;
  };

  it('a fetch for a key that was missed before keeps all others waiting, for the first pause', () => {
    miss('stuck');
    miss('other');
    now += 60_000;
    expect(mayAsk('other', 'new')).toEqual([true, true]);
    gate.asks(request('stuck'));
    expect(mayAsk('other', 'new')).toEqual([false, false]);
    now += 5_000;
    expect(mayAsk('other', 'new')).toEqual([true, true]);
  });

  it('keys that were missed share a pause, which doubles to 30 s and leaves new ones alone', () => {
    const pauses: number[] = [];
    for (const keyId of ['a', 'b', 'a', 'b', 'a', 'b']) {
      miss(keyId);
      const from = now;
      while (!gate.mayAsk(request('b'))) {
        now += 1_000;
        if (now - from === 10_000) expect(mayAsk('new')).toEqual([true]);
      }
      pauses.push((now - from) / 1_000);
    }
    // “b” is new when it is first looked at.
    expect(pauses).toEqual([5, 10, 20, 30, 30, 30]);
  });

  it('keys that were not missed before share a pause as well, which doubles to 30 s', () => {
    const pauses: number[] = [];
    for (let at = 0; at < 5; at++) {
      miss(`k${at}`);
      const from = now;
      while (!gate.mayAsk(request('new'))) now += 1_000;
      pauses.push((now - from) / 1_000);
    }
    expect(pauses).toEqual([5, 10, 20, 30, 30]);
  });

  it('after 30 s without one a pause is of 5 s again, not before', () => {
    const pauseAfter = (quietMs: number): number => {
      gate = new UnknownKeyGate(clockAt(() => now));
      miss('a');
      now += 5_000 + quietMs;
      miss('b');
      const from = now;
      while (!gate.mayAsk(request('new'))) now += 1_000;
      return (now - from) / 1_000;
    };
    expect([29_999, 30_000].map(pauseAfter)).toEqual([10, 5]);
  });

  it('after a change nothing is remembered, and pauses are short again', () => {
    for (const keyId of ['a', 'b', 'a', 'b']) miss(keyId);
    gate.changed();
    now += 5_000;
    expect(mayAsk('a', 'b', 'new')).toEqual([true, true, true]);
  });

  describe('remembers of the keys that were missed', () => {
    const remember = (...keyIds: string[]): void => {
      for (const keyId of keyIds) gate.missed(request(keyId));
    };
    const numbered = Array.from({ length: 100 }, (_, index) => `k${index}`);

    it('a hundred, of which it forgets what was asked for least recently', () => {
      remember(...numbered, 'k0', 'new');
      expect(['k0', 'k1', 'k2', 'new'].map(isRemembered)).toEqual([true, false, true, true]);
    });

    it('none whose name is longer than 256 characters', () => {
      remember('x'.repeat(250), 'y'.repeat(251));
      expect(['x'.repeat(250), 'y'.repeat(251)].map(isRemembered)).toEqual([true, false]);
    });
  });
});
