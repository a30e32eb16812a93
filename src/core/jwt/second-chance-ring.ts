/** What stands in a {@link SecondChanceRing}. One that is in none is its own neighbour. */
export interface RingMember<Member> {
  /** Wanted since the hand last came by. */
  used: boolean;
  next: Member;
  previous: Member;
}

/** How many are spared in a row, so that no one caller pays for the use of all. */
const MAX_SPARED = 32;

/**
 * Who goes when there is no room for all (the “clock” of page replacement): a hand goes round and takes
 * the first member that was not wanted since it last came by. To be wanted only sets a bit, which is
 * cheaper than to move to the end of a list.
 */
export class SecondChanceRing<Member extends RingMember<Member>> {
  private hand: Member | undefined;

  /** Puts one in where the hand comes last. */
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
    // It may come back.
    member.next = member;
    member.previous = member;
  }

  /** Who must go next; still in the ring. `undefined` when nobody is. */
  findVictim(): Member | undefined {
    for (let spared = 0; this.hand?.used && spared < MAX_SPARED; spared++) {
      this.hand.used = false;
      this.hand = this.hand.next;
    }
    return this.hand;
  }
}
