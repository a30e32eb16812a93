/** Bounds of the cache of verified tokens. */
export interface VerifiedTokenCacheConfig {
  /**
   * Most tokens kept. None is longer than 8192 bytes; together they take at most 3200 bytes times `maxEntries`.
   * 1 to 1000000.
   *
   * @default 10000
   */
  readonly maxEntries?: number;
  /**
   * Longest time in seconds for which a verification is remembered. 1 to 86400.
   *
   * @default 300
   */
  readonly maxAgeSeconds?: number;
}
