import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  MemoryReplayStore,
  ReplayStoreFull,
} from '../../../../src/core/dpop/memory-replay-store.js';
import { MovableClock } from '../../../support/movable-clock.js';

const START = 1_800_000_000;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function keyOf(client: string, proof: string | number): string {
  return `${hashOf(client)}.${hashOf(`${client}.${proof}`).slice(0, 22)}`;
}

function storeOf(maxEntries?: number): { store: MemoryReplayStore; clock: MovableClock } {
  const clock = new MovableClock(START * 1_000);
  return { clock, store: new MemoryReplayStore(clock, maxEntries) };
}

/** How many of these proofs find room. */
function reserveMany(
  store: MemoryReplayStore,
  client: string,
  from: number,
  to: number,
  until: number,
): number {
  let reserved = 0;
  for (let proof = from; proof < to; proof++)
    try {
      if (store.reserve(keyOf(client, proof), until)) reserved += 1;
    } catch (error) {
      if (!(error instanceof ReplayStoreFull)) throw error;
    }
  return reserved;
}

// RFC 9449 section 11.1.
describe('MemoryReplayStore', () => {
  it('reserves a key once, until its time is over, to the second', () => {
    const { store, clock } = storeOf(100);
    const key = keyOf('alice', 1);
    expect(store.reserve(key, START + 300)).toBe(true);
    expect(store.reserve(key, START + 300)).toBe(false);
    clock.advance(300);
    expect(store.reserve(key, START + 600)).toBe(false);
    clock.advance(1);
    expect(store.reserve(key, START + 600)).toBe(true);
    expect(store.reserve(key, START + 600)).toBe(false);
    expect(store.size).toBe(1);
  });

  it('keeps a key that was reserved again for all of its new time', () => {
    const { store, clock } = storeOf(1_000);
    // Expired keys before it, so that the sweep does not come to it at once.
    reserveMany(store, 'bob', 0, 200, START);
    const key = keyOf('alice', 1);
    store.reserve(key, START + 1);
    clock.advance(2);
    expect(store.reserve(key, START + 300)).toBe(true);
    for (let second = 0; second < 298; second++) {
      clock.advance(1);
      store.reserve(keyOf('carol', second), START + second + 3);
      expect(store.reserve(key, START + 300)).toBe(false);
    }
    clock.advance(1);
    expect(store.reserve(key, START + 900)).toBe(true);
  });

  it('two clients may choose the same jti, and one client as many as it likes', () => {
    const { store } = storeOf(100);
    expect(store.reserve(keyOf('alice', 1), START + 10)).toBe(true);
    expect(store.reserve(keyOf('bob', 1), START + 10)).toBe(true);
    expect(store.reserve(keyOf('alice', 2), START + 10)).toBe(true);
  });

  it('forgets what has expired, after whatever pause, and takes new keys for as long as they need', () => {
    for (const pause of [1, 400, 8_191, 8_192, 100_000]) {
      const { store, clock } = storeOf(50_000);
      reserveMany(store, 'alice', 0, 20_000, START + 300);
      clock.advance(300 + pause);
      const now = START + 300 + pause;
      const key = keyOf('bob', pause);
      expect(store.reserve(key, now + 4_200)).toBe(true);
      clock.advance(4_200);
      expect(store.reserve(key, now + 9_000)).toBe(false);
      // Each call removes more than it adds.
      reserveMany(store, 'carol', 0, 3_000, now + 4_300);
      expect(store.size).toBe(3_001);
    }
  });

  it('a clock that is set back lets nothing through twice', () => {
    const { store, clock } = storeOf(100);
    store.reserve(keyOf('alice', 1), START + 300);
    clock.advance(100);
    store.reserve(keyOf('alice', 2), START + 400);
    clock.advance(-3_000);
    expect(store.reserve(keyOf('alice', 1), START + 300)).toBe(false);
    expect(store.reserve(keyOf('alice', 3), START - 2_600)).toBe(true);
    expect(store.reserve(keyOf('alice', 3), START - 2_600)).toBe(false);
  });

  it('one client that floods it leaves room for the others', () => {
    const { store } = storeOf(10_000);
    const until = START + 300;
    expect(reserveMany(store, 'flood', 0, 20_000, until)).toBe(8_000);
    expect(() => store.reserve(keyOf('flood', 20_001), until)).toThrow(new ReplayStoreFull(true));
    for (let client = 0; client < 1_000; client++)
      expect(store.reserve(keyOf(`client ${client}`, 1), until)).toBe(true);
    // What it has used stays used.
    expect(store.reserve(keyOf('flood', 0), until)).toBe(false);
  });

  it('is full when it is full, for every client, until entries expire', () => {
    const { store, clock } = storeOf(1_000);
    for (let client = 0; client < 1_000; client++)
      store.reserve(keyOf(`client ${client}`, 1), START + 300);
    expect(() => store.reserve(keyOf('alice', 1), START + 300)).toThrow(new ReplayStoreFull(false));
    expect(store.reserve(keyOf('client 7', 1), START + 300)).toBe(false);
    clock.advance(301);
    expect(store.reserve(keyOf('alice', 1), START + 600)).toBe(true);
  });

  it('a client that stops gets its share back', () => {
    const { store, clock } = storeOf(1_000);
    expect(reserveMany(store, 'flood', 0, 2_000, START + 300)).toBe(800);
    clock.advance(301);
    expect(reserveMany(store, 'flood', 5_000, 7_000, START + 700)).toBe(800);
  });

  it('agrees with a plain map over a long run', () => {
    const { store, clock } = storeOf(2_000);
    const plain = new Map<string, number>();
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let now = START;
    for (let turn = 0; turn < 30_000; turn++) {
      if (random(20) === 0) {
        const seconds = random(5);
        clock.advance(seconds);
        now += seconds;
      }
      const key = keyOf(`client ${random(30)}`, random(300));
      const until = now + random(40);
      const isFirst = (plain.get(key) ?? -1) < now;
      expect(store.reserve(key, until)).toBe(isFirst);
      if (isFirst) plain.set(key, until);
    }
  });
});
