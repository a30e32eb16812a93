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

  it('is made once for an object', () => {
    const stamp = newStamp<object>();
    const request = { rawHeaders: [] };
    const made = stamp.ofOrMade(request, () => ({}));
    expect(stamp.ofOrMade(request, () => ({}))).toBe(made);
    expect(stamp.of(request)).toBe(made);
  });

  it('of one request is never that of another, though both have the same list of header lines', () => {
    const stamp = newStamp<string>();
    const rawHeaders: string[] = [];
    const [alices, bobs] = [{ rawHeaders }, { rawHeaders }];
    stamp.put(alices, 'alice');
    expect(stamp.of(bobs)).toBeUndefined();
    stamp.put(bobs, 'bob');
    expect([stamp.of(alices), stamp.of(bobs)]).toEqual(['alice', 'bob']);
    const copy = Object.create(alices) as object;
    expect(stamp.ofOrMade(copy, () => 'copy')).toBe('copy');
    expect(stamp.of(alices)).toBe('alice');
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
