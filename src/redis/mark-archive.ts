import type { SendCommand } from './redis-client.js';

/** How many members a step of a scan is about. */
const STEP = 2_000;
/** The clocks of those who put marks differ: a mark is taken out so long after it has ended. */
const GRACE_SECONDS = 300;

/** A mark as Redis keeps it: a member of a sorted set, by when it ends. */
export interface KeptMark {
  readonly text: string;
  readonly untilSeconds: number;
}

/** The sorted set of all marks that have not ended, which a process reads when it starts. */
export class MarkArchive {
  constructor(
    private readonly send: SendCommand,
    private readonly key: string,
  ) {}

  /** @returns how many of them were not there yet. */
  async keep(marks: readonly KeptMark[]): Promise<number> {
    const members = marks.flatMap(({ text, untilSeconds }) => [String(untilSeconds), text]);
    return Number(await this.send('ZADD', this.key, ...members));
  }

  /**
   * The texts of all marks that are there from the first step to the last, some at a time: to wait for each
   * would take longer than to read it. One may come twice.
   */
  async *scan(): AsyncIterable<readonly string[]> {
    let cursor = '0';
    do {
      const answer = await this.send('ZSCAN', this.key, cursor, 'COUNT', String(STEP));
      const [next, members] = Object(answer) as readonly unknown[];
      if (next === undefined || !Array.isArray(members))
        throw new Error('Redis gave no step of a scan');
      // Each member is followed by its score.
      yield members.filter((_, index) => index % 2 === 0).map(String);
      cursor = String(next);
    } while (cursor !== '0');
  }

  /** Takes out what has ended, at a time by the clock of Redis. */
  async prune(nowSeconds: number): Promise<void> {
    const ended = String(nowSeconds - GRACE_SECONDS);
    await this.send('ZREMRANGEBYSCORE', this.key, '-inf', ended);
  }
}
