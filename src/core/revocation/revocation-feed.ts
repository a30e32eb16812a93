import type { Clock } from '../util/clock.js';
import { SafeLogger, stackOf } from '../util/safe-logger.js';
import { isRevocationMark, type RevocationMark } from './revocation-mark.js';
import type { RevocationStore } from './revocation-store.js';

/** How long after the start requests wait for the first load. Not an option: clients give up by then. */
export const LOADING_MS = 5_000;

/** How long after a failure the store is asked again: an immediate retry would only add load. */
const RETRY_MS = 1_000;

/** After so many loaded marks, other work gets a turn. */
const MARKS_A_TURN = 2_000;

/** Receives the marks. */
export interface MarkSink {
  /** @param isLoaded whether the mark was there before this process asked. */
  add(mark: RevocationMark, isLoaded: boolean): void;
  loaded(durationMs: number): void;
}

/** Follows a store: subscribes, loads what is there, and tries again for as long as it takes. */
export class RevocationFeed {
  private readonly logger = new SafeLogger();
  private startedAtMs: number | undefined;
  private loading: Promise<void> | undefined;
  private unsubscribe: (() => Promise<void>) | undefined;
  private isStopped = false;
  private failures = 0;
  private garbage = 0;
  isLoaded = false;

  constructor(
    private readonly store: RevocationStore,
    private readonly sink: MarkSink,
    private readonly clock: Clock,
  ) {}

  /** Starts to follow, once. No caller waits for it: a store that is down must not delay the start. */
  start(): void {
    if (this.loading !== undefined) return;
    this.startedAtMs = this.clock.now();
    this.loading = this.follow();
  }

  /**
   * Resolves when the marks are loaded; `undefined` when nothing is worth waiting for: they are, or have not
   * been for {@link LOADING_MS}.
   */
  get coming(): Promise<void> | undefined {
    if (this.isLoaded || this.isLate) return undefined;
    return this.loading;
  }

  /** Milliseconds left for loading. */
  get remainingMs(): number {
    return Math.max(0, LOADING_MS - (this.clock.now() - (this.startedAtMs ?? this.clock.now())));
  }

  /** Whether the time for loading marks is over. */
  get isLate(): boolean {
    return this.remainingMs === 0;
  }

  /** Until when everything is known, in seconds since the epoch. */
  knownAsOfSeconds(): number {
    if (!this.isLoaded) return -Infinity;
    try {
      const known = this.store.knownAsOfSeconds();
      return typeof known === 'number' && !Number.isNaN(known) ? known : -Infinity;
    } catch {
      return -Infinity;
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    const { unsubscribe } = this;
    this.unsubscribe = undefined;
    await this.ended(unsubscribe);
  }

  private async follow(): Promise<void> {
    while (!this.isStopped && !this.isLoaded) {
      try {
        await this.loadOnce();
      } catch (error) {
        this.sayFailed(error);
        await new Promise<void>((resolve) => this.clock.after(RETRY_MS, resolve));
      }
    }
  }

  private async loadOnce(): Promise<void> {
    const { store } = this;
    const beganAt = performance.now();
    this.unsubscribe ??= await store.subscribe((mark) => this.take(mark, false));
    if (this.isStopped) return this.stop();
    let taken = 0;
    for await (const mark of store.load()) {
      if (this.isStopped) return;
      this.take(mark, true);
      if (++taken % MARKS_A_TURN === 0) await new Promise(setImmediate);
    }
    this.isLoaded = true;
    this.failures = 0;
    this.sink.loaded(performance.now() - beganAt);
  }

  /** A store may return anything. */
  private take(mark: unknown, isLoaded: boolean): void {
    if (isRevocationMark(mark)) return this.sink.add(mark, isLoaded);
    if (this.garbage++ === 0)
      this.logger.error(
        'the revocation store gave something that is not a mark; it is ignored, and this is not reported again',
      );
  }

  /** Once, and not with every attempt. */
  private sayFailed(error: unknown): void {
    if (this.isStopped || this.failures++ > 0) return;
    this.logger.error('revocations could not be loaded; trying again', error);
  }

  private async ended(unsubscribe: (() => Promise<void>) | undefined): Promise<void> {
    try {
      await unsubscribe?.();
    } catch (error) {
      const stack = stackOf(error);
      this.logger.warn(
        `could not unsubscribe from the revocation store${stack ? `: ${stack}` : ''}`,
      );
    }
  }
}
