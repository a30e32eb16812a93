import { describe, expect, it } from '@jest/globals';
import {
  type Clock,
  Deadline,
  systemClock,
  withDeadline,
  withinTime,
} from '../../../../src/core/util/clock.js';
import { MovableClock } from '../../../support/movable-clock.js';

/** A clock, and how its time goes by. */
const CLOCKS: readonly (readonly [string, () => readonly [Clock, () => Promise<void>]])[] = [
  [
    'The machine’s clock',
    () => [
      systemClock,
      () =>
        new Promise((resolve) => {
          setTimeout(resolve, 20);
        }),
    ],
  ],
  [
    'The clock that tests move',
    () => {
      const clock = new MovableClock();
      return [clock, async () => clock.advance(0.02)];
    },
  ],
];

describe.each(CLOCKS)('%s', (_name, make) => {
  it('runs what is due, once and in order, and nothing that was called off', async () => {
    const [clock, passTime] = make();
    const ran: string[] = [];
    clock.after(9, () => ran.push('second'));
    clock.after(1, () => {
      ran.push('first');
      callOff();
    });
    const callOff = clock.after(5, () => ran.push('called off'));
    expect(ran).toEqual([]);
    await passTime();
    await passTime();
    expect(ran).toEqual(['first', 'second']);
    callOff();
  });

  it('runs what a timer asks for', async () => {
    const [clock, passTime] = make();
    const times: number[] = [];
    clock.after(2, () => {
      times.push(clock.now());
      clock.after(2, () => times.push(clock.now()));
    });
    while (times.length < 2) await passTime();
    expect(times[0]).toBeLessThan(times[1] ?? 0);
  });
});

it('A process does not stay alive for a timer of the machine’s clock', () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const callOff = systemClock.after(60_000, () => undefined);
  expect(timers()).toBe(before);
  callOff();
});

describe('The clock that tests move', () => {
  it('fires at once what is too long for a timer of Node', () => {
    const clock = new MovableClock();
    let fired = false;
    clock.after(2 ** 31, () => (fired = true));
    clock.after(2 ** 31 - 1, () => expect(fired).toBe('never'));
    clock.advance(1);
    expect(fired).toBe(true);
  });

  it('does not make anything wait longer when it is set back', () => {
    const clock = new MovableClock(0);
    const times: number[] = [];
    clock.after(2_000, () => times.push(clock.now()));
    clock.advance(-60);
    expect(times).toEqual([]);
    clock.advance(2);
    expect([...times, clock.now()]).toEqual([-58_000, -58_000]);
  });
});

describe('Within a time', () => {
  it('a promise of an application’s own class is waited for no longer either, whatever it answers with', async () => {
    const never = new Promise(() => {});
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another kind is what this is about
    const own = { then: (answer: (value: unknown) => void) => answer(never) } as Promise<unknown>;
    await expect(withinTime(1, own)).rejects.toThrow('no complete answer within 1 ms');
  });

  it('an answer comes as it is', async () => {
    await expect(withinTime(60_000, Promise.resolve('yes'))).resolves.toBe('yes');
    await expect(withinTime(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('no timer is left behind', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const answers = [withinTime(60_000, Promise.resolve('yes'))];
    answers.push(withinTime(60_000, Promise.reject(new Error('no'))));
    expect(timers()).toBeGreaterThan(before);
    await Promise.allSettled(answers);
    expect(timers()).toBe(before);
  });
});

describe('A deadline', () => {
  it('tells listeners and the signal once, whenever they asked', () => {
    const deadline = new Deadline();
    const told: string[] = [];
    const { signal } = deadline;
    signal.addEventListener('abort', () => told.push('signal'));
    deadline.onPast(() => told.push('listener'));
    expect([deadline.isPast, signal.aborted, deadline.signal]).toEqual([false, false, signal]);
    deadline.pass();
    deadline.pass();
    deadline.onPast(() => told.push('late'));
    expect(told).toEqual(['signal', 'listener', 'late']);
    expect([deadline.isPast, signal.aborted]).toEqual([true, true]);
  });

  it('that passed has a signal that is aborted', () => {
    const deadline = new Deadline();
    deadline.pass();
    expect(deadline.signal.aborted).toBe(true);
  });

  it('passes when work fails or takes too long, and not after an answer', async () => {
    const deadlines: Deadline[] = [];
    const work = (answer: Promise<string>) => (deadline: Deadline) => {
      deadlines.push(deadline);
      return answer;
    };
    await expect(withDeadline(60_000, work(Promise.resolve('yes')))).resolves.toBe('yes');
    await expect(withDeadline(60_000, work(Promise.reject(new Error('no'))))).rejects.toThrow('no');
    await expect(withDeadline(1, work(new Promise(() => {})))).rejects.toThrow('within 1 ms');
    expect(deadlines.map(({ isPast }) => isPast)).toEqual([false, true, true]);
  });
});
