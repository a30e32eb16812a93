import { describe, expect, it } from '@jest/globals';
import { type RingMember, SecondChanceRing } from '../../../../src/core/jwt/second-chance-ring.js';

class Member implements RingMember<Member> {
  used = false;
  next: Member = this;
  previous: Member = this;
  constructor(readonly name: number) {}
}

function ringOf(count: number) {
  const ring = new SecondChanceRing<Member>();
  const members = Array.from({ length: count }, (_, name) => new Member(name));
  for (const member of members) ring.add(member);
  const evict = (): number | undefined => {
    const victim = ring.findVictim();
    if (victim) ring.remove(victim);
    return victim?.name;
  };
  const evictAll = (): (number | undefined)[] => Array.from({ length: count }, evict);
  return { ring, members, evict, evictAll };
}

describe('SecondChanceRing', () => {
  it('evicts the oldest first where none was used', () => {
    expect(ringOf(4).evictAll()).toEqual([0, 1, 2, 3]);
  });

  it('spares what was used, once', () => {
    const { members, evictAll } = ringOf(4);
    for (const member of [members[0], members[2]]) if (member) member.used = true;
    expect(evictAll()).toEqual([1, 3, 0, 2]);
  });

  it('goes on where it was, whatever leaves meanwhile', () => {
    const { ring, members, evict } = ringOf(5);
    ring.remove(members[3] as Member);
    expect([evict(), evict()]).toEqual([0, 1]);
    ring.remove(members[2] as Member);
    expect([evict(), evict()]).toEqual([4, undefined]);
  });

  it('is empty after its last member has left, and takes members again', () => {
    const { ring, members, evict } = ringOf(1);
    const [only] = members as [Member];
    ring.remove(only);
    expect(ring.findVictim()).toBeUndefined();
    for (const member of [new Member(7), only]) ring.add(member);
    expect([evict(), evict(), evict()]).toEqual([7, 0, undefined]);
  });

  it('spares no more than 32 in a row, however many were used', () => {
    const { ring, members } = ringOf(100);
    for (const member of members) member.used = true;
    expect(ring.findVictim()?.name).toBe(32);
    expect(members.filter(({ used }) => used)).toHaveLength(100 - 32);
  });
});
