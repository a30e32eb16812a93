import { describe, expect, it } from '@jest/globals';
import { deepFreeze } from '../../../../src/core/identity/identity.js';

function nested(depth: number): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { value };
  return value;
}

describe('deepFreeze', () => {
  it('freezes a value and all in it', () => {
    const value = deepFreeze({ list: [{ deep: { deeper: [1] } }], text: 'a', nothing: null });
    const [first] = value.list;
    for (const part of [value, value.list, first, first?.deep, first?.deep.deeper])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('takes 32 levels and refuses what is deeper', () => {
    expect(() => deepFreeze(nested(33))).not.toThrow();
    for (const depth of [34, 35, 100])
      expect(() => deepFreeze(nested(depth))).toThrow(
        expect.objectContaining({ code: 'claims_invalid' }),
      );
  });
});
