import { SafeLogger } from '../core/util/safe-logger.js';
import type { MarkArchive } from './mark-archive.js';
import type { MarkStream } from './mark-stream.js';
import type { OwnMarks } from './own-marks.js';
import { StreamPosition } from './stream-position.js';

/** How often Redis is asked for new marks. */
const ASK_MS = 100;
/** After a failure: at once it would only be in the way. */
const RETRY_MS = 1_000;
/** How often it is looked whether the stream is still the same. */
const LOOK_MS = 5_000;
/** An answer that takes longer has waited for a connection. */
const SLOW_MS = 1_000;
/** How often marks that have ended are taken out. */
const PRUNE_MS = 60_000;
/** How many marks are put back at once. */
const BATCH = 500;

const LOST =
  'Redis has lost revocations: it was emptied, restarted without persistence, or a replica that was behind took over. This process stores its own again';

/** Hears the text of each mark. */
export type Listener = (text: string) => void;

/** Follows the stream for as long as there is a listener. */
export class MarkFollower {
  /** Until when all marks have been handed on, in seconds since the epoch. */
  knownAsOfSeconds = -Infinity;

  private readonly logger = new SafeLogger();
  private readonly listeners = new Set<Listener>();
  /** Read until here. */
  private position = StreamPosition.START;
  /** Read until here, and certain to have missed nothing. */
  private sure = StreamPosition.START;
  /** A command has failed, and it is not known whether it and others took effect. */
  private isInterrupted = false;
  private lookedAt = 0;
  private prunedAt = 0;
  private run: { isOver: boolean; timer?: NodeJS.Timeout } | undefined;

  constructor(
    private readonly archive: MarkArchive,
    private readonly stream: MarkStream,
    private readonly own: OwnMarks,
  ) {}

  /**
   * @returns what ends it, once it is known where the stream ends.
   * @throws Error, as a rejection, when Redis can't be asked.
   */
  async follow(listener: Listener): Promise<() => Promise<void>> {
    if (this.run === undefined) {
      const askedAt = Date.now();
      const end = await this.stream.end();
      // Another one may have begun meanwhile, from further back.
      if (this.run === undefined) this.begin(end, askedAt);
    }
    this.listeners.add(listener);
    return async () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.end();
    };
  }

  /** A mark of this process is not certain to be there: it is put again. */
  notePutFailed(): void {
    this.isInterrupted = true;
  }

  private begin(position: StreamPosition, askedAt: number): void {
    this.position = position;
    this.sure = position;
    this.knownAsOfSeconds = askedAt / 1_000;
    this.prunedAt = Date.now();
    this.run = { isOver: false };
    void this.askAgain(this.run);
  }

  private end(): void {
    if (this.run === undefined) return;
    this.run.isOver = true;
    clearTimeout(this.run.timer);
    this.run = undefined;
  }

  /** One question at a time: while the client waits for a connection, it waits with the client. */
  private async askAgain(run: NonNullable<typeof this.run>): Promise<void> {
    let pauseMs = ASK_MS;
    try {
      await this.ask();
    } catch {
      // That it does not answer is for those to say who ask how much is known.
      this.isInterrupted = true;
      pauseMs = RETRY_MS;
    }
    if (run.isOver) return;
    run.timer = setTimeout(() => void this.askAgain(run), pauseMs).unref();
  }

  private async ask(): Promise<void> {
    const askedAt = Date.now();
    const wasInterrupted = this.isInterrupted;
    this.isInterrupted = false;
    let hasRead = false;
    for (let mayBeMore = true; mayBeMore;) {
      const read = await this.stream.readBehind(this.position);
      for (const text of read.texts) this.hand(text);
      hasRead ||= read.texts.length > 0;
      ({ position: this.position, mayBeMore } = read);
    }
    // The client may have reconnected silently.
    const isDoubtful = wasInterrupted || Date.now() - askedAt > SLOW_MS;
    const isDue = hasRead || isDoubtful || askedAt - this.lookedAt > LOOK_MS;
    const hasGap = isDue && (await this.lookForGaps());
    if (isDoubtful || hasGap) await this.putBack();
    this.knownAsOfSeconds = askedAt / 1_000;
  }

  /**
   * The stream may have been cut behind where this process was, or be another one: then all marks are read.
   *
   * @returns whether it was so.
   */
  private async lookForGaps(): Promise<boolean> {
    const [first, end] = [await this.stream.first(), await this.stream.end()];
    const wentBack = end.isBehind(this.position);
    const hasGap = wentBack || (first !== undefined && this.sure.isBehind(first));
    if (wentBack) this.logger.error(LOST);
    if (hasGap) {
      for await (const texts of this.archive.scan()) for (const text of texts) this.hand(text);
      this.position = end;
    }
    this.sure = this.position;
    this.lookedAt = Date.now();
    if (this.lookedAt - this.prunedAt > PRUNE_MS) {
      this.prunedAt = this.lookedAt;
      // By the clock of Redis: that of this process may be wrong.
      await this.archive.prune(end.seconds);
    }
    return hasGap;
  }

  /** Puts the marks of this process again, and announces them where one was missing. */
  private async putBack(): Promise<void> {
    const marks = this.own.alive(Date.now() / 1_000);
    for (let from = 0; from < marks.length; from += BATCH) {
      const batch = marks.slice(from, from + BATCH);
      const missing = await this.archive.keep(batch);
      if (missing > 0) for (const { text } of batch) await this.stream.announce(text);
    }
  }

  private hand(text: string): void {
    for (const listener of this.listeners) listener(text);
  }
}
