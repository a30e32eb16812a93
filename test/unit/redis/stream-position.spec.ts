import { describe, expect, it } from '@jest/globals';
import { StreamPosition } from '../../../src/redis/stream-position.js';

const at = (id: string): StreamPosition => StreamPosition.of(id);

describe('A position in a stream', () => {
  it('is compared by both of its numbers, and not as a text', () => {
    expect(at('9-0').isBehind(at('10-0'))).toBe(true);
    expect(at('10-9').isBehind(at('10-10'))).toBe(true);
    expect(at('10-10').isBehind(at('10-9'))).toBe(false);
    expect(at('10-0').isBehind(at('10-0'))).toBe(false);
    expect(StreamPosition.START.isBehind(at('0-1'))).toBe(true);
  });

  it('tells the first that may follow, and when it was', () => {
    expect(at('1764500000123-4').next).toBe('1764500000123-5');
    expect(at('1764500000123-18446744073709551614').next).toBe(
      '1764500000123-18446744073709551615',
    );
    expect(at('1764500000123-4').seconds).toBe(1_764_500_000.123);
  });

  it.each([undefined, null, '', '1', '1-', '-1-1', '1-1-1', 'a-b', '1 - 1', {}, []])(
    'is not read from %p',
    (id) => {
      expect(() => StreamPosition.of(id)).toThrow('without an identifier');
    },
  );
});
