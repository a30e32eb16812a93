import { describe, expect, it } from '@jest/globals';
import { LruMap } from '../../../../src/core/util/lru-map.js';

describe('LruMap', () => {
  it('holds no more than it may, and lets go of the longest unused', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });

  it('a value set again is one entry, and counts as used', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect([map.get('a'), map.get('b')]).toEqual([3, undefined]);
    expect([map.delete('a'), map.delete('a'), map.size]).toEqual([true, false, 1]);
  });
});
