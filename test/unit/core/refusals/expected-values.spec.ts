import { describe, expect, it } from '@jest/globals';
import { expectedValues } from '../../../../src/core/refusals/expected-values.js';

describe('expectedValues', () => {
  it('names twenty, and says that there are more', () => {
    const names = Array.from({ length: 30 }, (_value, index) => `name-${index}`);
    expect(expectedValues(names.slice(0, 20))).toMatch(/"name-0", .*"name-19"$/);
    expect(expectedValues(names)).toMatch(/^"name-0", "name-1", .*, "name-19" and more$/);
    expect(expectedValues([])).toBe('');
  });

  it.each<[value: unknown, shown: string]>([
    [null, 'none'],
    [5, '5'],
    ['a\n\u001B[2J', '"a\\n\\u001b[2J"'],
    ['https://user:password@a.example/?key=secret', '"https://…@a.example/?…"'],
    [`-----BEGIN PRIVATE KEY-----`, 'a PEM text'],
    ['x'.repeat(300), `"${'x'.repeat(200)}…"`],
  ])('%j is shown on one line, without a secret', (value, shown) => {
    expect(expectedValues([value])).toBe(shown);
  });
});
