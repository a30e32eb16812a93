/** A place in a stream of Redis: the identifier of an entry, `milliseconds-number`. */
export class StreamPosition {
  static readonly START = new StreamPosition(0n, 0n);

  private constructor(
    private readonly milliseconds: bigint,
    private readonly number: bigint,
  ) {}

  /** @throws Error for what no stream gives. */
  static of(id: unknown): StreamPosition {
    const [, milliseconds, number] = /^(\d{1,20})-(\d{1,20})$/.exec(String(id)) ?? [];
    if (milliseconds === undefined || number === undefined)
      throw new Error('Redis gave an entry of a stream without an identifier');
    return new StreamPosition(BigInt(milliseconds), BigInt(number));
  }

  /** When the entry was made, by the clock of Redis. */
  get seconds(): number {
    return Number(this.milliseconds) / 1_000;
  }

  isBehind(other: StreamPosition): boolean {
    if (this.milliseconds !== other.milliseconds) return this.milliseconds < other.milliseconds;
    return this.number < other.number;
  }

  /** The first that an entry behind this one can have. */
  get next(): string {
    return `${this.milliseconds}-${this.number + 1n}`;
  }
}
