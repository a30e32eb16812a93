import { describe, expect, it } from '@jest/globals';
import { kindOf, shownValue } from '../../../src/core/util/shown-value.js';

describe('shownValue', () => {
  it.each<readonly [value: unknown, shown: string]>([
    ['text', '"text"'],
    ['a "quoted" text', String.raw`"a \"quoted\" text"`],
    ['Büro', '"Büro"'],
    ['a\nb\tc\u001b[2J', String.raw`"a\nb\tc\u001b[2J"`],
    ['a\u00a0b\u200b\u2028\u202e\ud800', String.raw`"a\u00a0b\u200b\u2028\u202e\ud800"`],
    ['\u{e0001}', String.raw`"\udb40\udc01"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    ['ada@idp.example', '"ada@idp.example"'],
    ['https://ada:lovelace@idp.example/a', '"https://…@idp.example/a"'],
    ['https://idp.example/a?b=c', '"https://idp.example/a?…"'],
    ['https://idp.example/a#b', '"https://idp.example/a#…"'],
    ['idp.example/a?b=c', '"idp.example/a?…"'],
    ['/a?b=c', '"/a?…"'],
    ['//idp.example/a?b=c', '"//idp.example/a?…"'],
    ['https//idp.example/a?b=c', '"https//idp.example/a?…"'],
    ['https:a?b=c', '"https:a?…"'],
    ['a?b=c', '"a?…"'],
    ['a?', '"a?"'],
    ['lovelace@idp.example/a?b=c', '"…@idp.example/a?…"'],
    ['https//ada:lovelace@idp.example/a', '"…@idp.example/a"'],
    ['https://idp.example/a?b=c@d&e=f', '"https://…"'],
    ['idp.example/a?b=c@d&e=f', '"…"'],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [10n ** 100n, 'a bigint'],
    [Symbol('s'), 'a symbol'],
    [{ a: 1 }, 'an object'],
    [[1], 'a list'],
  ])('shows %p shortened and without control characters', (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });

  it('says of a string where secrets may be only that it is one', () => {
    expect(kindOf('hunter2')).toBe('a string');
  });
});
