import { describe, expect, it } from '@jest/globals';
import {
  type KeySourceState,
  type KeySourceStatus,
  staticStatus,
  unitedStatus,
} from '../../../../src/core/keys/key-source-status.js';

const part = (state: KeySourceState, more: Partial<KeySourceStatus> = {}): KeySourceStatus => ({
  ...staticStatus(0),
  state,
  ...more,
});
const failure = { at: new Date(0), message: 'down' };

describe('The status of keys from several places', () => {
  it.each<[KeySourceState, KeySourceState[]]>([
    ['fresh', ['static', 'fresh']],
    ['pending', ['fresh', 'pending', 'fresh']],
    ['stale', ['pending', 'stale', 'fresh']],
    ['unavailable', ['stale', 'unavailable', 'pending']],
  ])('is %s where the places are %j: the worst of them', (state, states) => {
    expect(unitedStatus(states.map((one) => part(one))).state).toBe(state);
    expect(unitedStatus(states.toReversed().map((one) => part(one))).state).toBe(state);
  });

  it('is stale, not unavailable, while one of them has keys', () => {
    const parts = [part('unavailable'), part('fresh', { keys: 2 }), part('fresh', { keys: 3 })];
    expect(unitedStatus(parts)).toMatchObject({ state: 'stale', keys: 5 });
  });

  it('is fresh though there are keys only at one of two that are', () => {
    expect(unitedStatus([part('fresh', { keys: 1 }), part('fresh')])).toMatchObject({
      state: 'fresh',
      keys: 1,
    });
  });

  it('has the times of the place that is furthest behind', () => {
    const at = (ageSeconds: number | undefined) =>
      part('fresh', {
        ageSeconds,
        lastSuccessAt: ageSeconds === undefined ? undefined : new Date(-ageSeconds),
      });
    expect(unitedStatus([at(1), at(3), at(2)])).toMatchObject({
      ageSeconds: 3,
      lastSuccessAt: new Date(-3),
    });
    expect(unitedStatus([at(3), at(undefined), at(2)]).ageSeconds).toBeUndefined();
    expect(unitedStatus([at(undefined), at(3)]).ageSeconds).toBeUndefined();
  });

  it('has the failure of that place, else that of another', () => {
    const other = { at: new Date(1), message: 'slow' };
    const failed = part('fresh', { lastError: other });
    expect(unitedStatus([failed, part('stale', { lastError: failure })]).lastError).toBe(failure);
    expect(unitedStatus([part('fresh'), failed, part('pending')]).lastError).toBe(other);
    expect(unitedStatus([part('fresh'), part('pending')]).lastError).toBeUndefined();
  });

  it('of no place is that of keys in the configuration, and of no key', () => {
    expect(unitedStatus([])).toStrictEqual({
      state: 'static',
      keys: 0,
      lastSuccessAt: undefined,
      ageSeconds: undefined,
      nextRefreshAt: undefined,
      lastError: undefined,
    });
  });
});
