import type { RevocationMark } from './revocation-mark.js';

/**
 * Keeps marks for every process of an application. `MemoryRevocationStore` does for one process;
 * `RedisRevocationStore` of `nestjs-trusted-issuers/redis` for many. For another engine implement this.
 *
 * A process loads all marks when it starts and follows those that come; requests ask its memory alone. Marks
 * are never taken back: the store may forget each at its `untilSeconds`, and not before.
 */
export interface RevocationStore {
  /**
   * Keeps a mark and hands it to every subscriber, of this process and of all others. To put the same mark
   * twice does no harm.
   *
   * @returns a promise that resolves when the store has the mark, and rejects when that is not certain.
   */
  put(mark: RevocationMark): Promise<void>;

  /** Every mark that has not ended. It may throw; it is then asked again. A mark may come twice. */
  load(): AsyncIterable<RevocationMark>;

  /**
   * Hands on every mark that is put from now on, by whatever process. Called once, before {@link load}, so
   * that no mark falls between the two. What was missed while the store was away is handed on when it is back.
   *
   * @returns what ends it.
   */
  subscribe(onMark: (mark: RevocationMark) => void): Promise<() => Promise<void>>;

  /**
   * Until when, in seconds since the epoch, every mark that was put has been handed on: it keeps up with the
   * time while the store answers, and stops when the store is away. Asked often, answered at once.
   */
  knownAsOfSeconds(): number;
}
