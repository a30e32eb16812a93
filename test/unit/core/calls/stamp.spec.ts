import { describe, expect, it } from '@jest/globals';
import { newStamp } from '../../../../src/core/calls/stamp.js';

describe('A stamp', () => {
  it('keeps a value with an object', () => {
    const stamp = newStamp<string>();
    const [one, other] = [{}, {}];
    expect(stamp.of(one)).toBeUndefined();
    stamp.put(one, 'one');
    stamp.put(other, 'other');
    expect([stamp.of(one), stamp.of(other)]).toEqual(['one', 'other']);
  });

  it('keeps the last value', () => {
    const stamp = newStamp<string>();
    const request = {};
    stamp.put(request, 'first');
    stamp.put(request, 'second');
    expect(stamp.of(request)).toBe('second');
  });

  it('is another for each application', () => {
    const [mine, theirs] = [newStamp<string>(), newStamp<string>()];
    const request = {};
    mine.put(request, 'mine');
    expect(theirs.of(request)).toBeUndefined();
    theirs.put(request, 'theirs');
    expect([mine.of(request), theirs.of(request)]).toEqual(['mine', 'theirs']);
  });

  it.each<readonly [what: string, object: object]>([
    ['a frozen object', Object.freeze({})],
    ['an array', []],
    ['a function', (): void => {}],
    ['an object without a prototype', Object.create(null) as object],
    [
      'a proxy that forbids everything',
      new Proxy({}, { defineProperty: () => false, set: () => false }),
    ],
  ])('takes %s', (_what, object) => {
    const stamp = newStamp<number>();
    stamp.put(object, 1);
    expect(stamp.of(object)).toBe(1);
  });

  it('can’t be seen, and no copy has it', () => {
    const stamp = newStamp<string>();
    const request: Record<string, unknown> = { url: '/' };
    stamp.put(request, 'secret');
    expect(Reflect.ownKeys(request)).toEqual(['url']);
    expect(JSON.stringify(request)).not.toContain('secret');
    for (const copy of [
      { ...request },
      Object.assign({}, request),
      Object.create(request) as object,
    ])
      expect(stamp.of(copy)).toBeUndefined();
  });
});
