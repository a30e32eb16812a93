import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MarkKey } from '../../../../src/core/revocation/mark-keys.js';
import { MarkTable } from '../../../../src/core/revocation/mark-table.js';

/** Few of them, whose places are much the same: keys that collide are the rule here. */
const key: fc.Arbitrary<MarkKey> = fc.record({
  kind: fc.constant(0),
  high: fc.integer({ min: -2, max: 2 }),
  low: fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 64, 128),
});
const steps = fc.array(
  fc.oneof(
    fc.record({
      ...{ do: fc.constant('put' as const), key },
      before: fc.integer({ min: 0, max: 1_000 }),
      until: fc.integer({ min: 1, max: 2_000 }),
    }),
    fc.record({ do: fc.constant('tidy' as const), at: fc.integer({ min: 0, max: 2_000 }) }),
  ),
  { maxLength: 200 },
);

describe('A table of marks', () => {
  it('knows what a map of them knows, except for what has ended', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const table = new MarkTable();
        const model = new Map<string, { before: number; until: number; key: MarkKey }>();
        let latest = 0;
        for (const step of taken) {
          if (step.do === 'tidy') {
            latest = Math.max(latest, step.at);
            table.tidy(step.at);
            continue;
          }
          const name = `${step.key.high},${step.key.low}`;
          const known = model.get(name);
          const isAlive = known !== undefined && known.until > latest;
          const before = Math.max(step.before, isAlive ? known.before : 0);
          const until = Math.max(step.until, isAlive ? known.until : 0);
          const isNew = table.put(step.key, step.before, step.until, 0);
          if (!isAlive || step.before > known.before) {
            // One that has ended may still be there, and say more.
            if (known === undefined) expect(isNew).toBe(true);
          } else expect(isNew).toBe(false);
          model.set(name, { before, until, key: step.key });
        }
        for (const { key: each, before, until } of model.values()) {
          const found = table.before(each);
          if (until > latest) expect(found).toBeGreaterThanOrEqual(before);
          expect(found).toBeGreaterThanOrEqual(-1);
        }
        expect(table.before({ kind: 0, high: 77, low: 77 })).toBe(-1);
      }),
    );
  });

  it('holds many in 16 bytes a place, and gives back what has ended', () => {
    const table = new MarkTable();
    const count = 100_000;
    for (let index = 0; index < count; index++)
      table.put(
        { kind: 0, high: index, low: Math.imul(index, 0x9e3779b1) },
        index,
        100 + (index % 2) * 100,
        0,
      );
    expect(table.size).toBe(count);
    expect(table.bytes).toBeLessThanOrEqual(count * 42);
    for (let index = 0; index < count; index += 777)
      expect(table.before({ kind: 0, high: index, low: Math.imul(index, 0x9e3779b1) })).toBe(index);
    table.tidy(150);
    expect(table.size).toBe(count / 2);
    expect(table.before({ kind: 0, high: 1, low: Math.imul(1, 0x9e3779b1) })).toBe(1);
    expect(table.before({ kind: 0, high: 2, low: Math.imul(2, 0x9e3779b1) })).toBe(-1);
    table.tidy(1_000);
    expect([table.size, table.bytes]).toEqual([0, 1_024]);
  });

  it('takes times beyond its own as the latest, and those before all as the first', () => {
    const table = new MarkTable();
    const one = { kind: 0, high: 1, low: 1 };
    table.put(one, Infinity, Infinity, 0);
    expect(table.before(one)).toBe(2 ** 32 - 1);
    const other = { kind: 0, high: 2, low: 2 };
    table.put(other, -5, 0, 0);
    expect(table.before(other)).toBe(0);
  });
});
