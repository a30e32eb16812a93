/** How many of the entries of a set that are ignored the log names. */
const MAX_NAMED = 10;

/** Entries of a key set that can’t be used: the first by name, the rest by number. */
export class PassedOver {
  private readonly named: string[] = [];
  private count = 0;

  /** @param position of the entry; `undefined`: the reason is one of the whole set. */
  add(position: number | undefined, reason: string): void {
    this.count += 1;
    if (this.named.length < MAX_NAMED)
      this.named.push(position === undefined ? reason : `keys[${position}]: ${reason}`);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  toString(): string {
    const more = this.count - this.named.length;
    return this.named.join('; ') + (more > 0 ? `; and ${more} more` : '');
  }
}
