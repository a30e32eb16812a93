import { beforeEach, describe, expect, it } from '@jest/globals';
import { LookupBudget } from '../../../../src/core/keys/lookup-budget.js';
import { MovableClock } from '../../../support/movable-clock.js';

describe('LookupBudget', () => {
  let clock: MovableClock;
  let budget: LookupBudget;
  beforeEach(() => {
    clock = new MovableClock();
    budget = new LookupBudget(clock);
  });

  /** Takes what is left, and counts it. */
  const left = (): number => {
    let taken = 0;
    while (taken < 100 && budget.take()) taken += 1;
    return taken;
  };

  it('has 16 at once, and then none', () => {
    expect([left(), left()]).toEqual([16, 0]);
  });

  it('gains one every 5 s', () => {
    left();
    clock.advance(4.999);
    expect(left()).toBe(0);
    clock.advance(0.001);
    expect(left()).toBe(1);
    clock.advance(12);
    expect(left()).toBe(2);
  });

  it('never has more than 16, however long it waits and whatever it gets back', () => {
    clock.advance(3_600);
    expect(left()).toBe(16);
    budget.giveBack();
    budget.giveBack();
    expect(left()).toBe(2);
    clock.advance(3_600);
    budget.take();
    for (let times = 0; times < 3; times++) budget.giveBack();
    expect(left()).toBe(16);
  });
});
