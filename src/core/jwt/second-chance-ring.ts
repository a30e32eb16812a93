/** A member of a {@link SecondChanceRing}. Outside a ring it is its own neighbour. */
export interface RingMember<Member> {
  /** Used since the hand last passed. */
  used: boolean;
  next: Member;
  previous: Member;
}

/** At most this many are skipped in a row, so that one call does not scan the whole ring. */
const MAX_SPARED = 32;

/**
 * Chooses which member to evict (the “clock” of page replacement): a hand goes round and takes the first
 * member that was not used since it last passed. A use only sets a flag, which is cheaper than moving the
 * member to the end of a list.
 */
export class SecondChanceRing<Member extends RingMember<Member>> {
  private hand: Member | undefined;

  /** Inserts a member where the hand arrives last. */
  add(member: Member): void {
    const { hand } = this;
    if (hand === undefined) {
      this.hand = member;
      return;
    }
    member.next = hand;
    member.previous = hand.previous;
    hand.previous.next = member;
    hand.previous = member;
  }

  remove(member: Member): void {
    const { next, previous } = member;
    if (this.hand === member) this.hand = next === member ? undefined : next;
    previous.next = next;
    next.previous = previous;
    // It may be added again.
    member.next = member;
    member.previous = member;
  }

  /** The member to evict next; it stays in the ring. `undefined` when the ring is empty. */
  findVictim(): Member | undefined {
    for (let spared = 0; this.hand?.used && spared < MAX_SPARED; spared++) {
      this.hand.used = false;
      this.hand = this.hand.next;
    }
    return this.hand;
  }
}
