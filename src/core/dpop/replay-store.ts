/**
 * Remembers which DPoP proofs were used (RFC 9449 section 11.1). Implement it over a store that all
 * processes of a fleet share; `nestjs-trusted-issuers/redis` has one for Redis.
 */
export interface ReplayStore {
  /**
   * Reserves a key, in one atomic step: of two calls with the same key at the same time, one gets `true`.
   * An implementation that first looks and then writes lets a replay through.
   *
   * @param key of at most 100 characters out of `A-Z a-z 0-9 - _ .`: hashes of the client's key and of the
   * proof's `jti`. The part before the dot is the same for all proofs of one client key.
   * @param untilSeconds for how long the key must be kept, in seconds since the epoch; a whole number.
   * @returns `true` the first time, `false` while the key is kept. When it throws, rejects, takes more than 5
   * seconds or gives anything else the request ends in a 503.
   */
  reserve(key: string, untilSeconds: number): boolean | Promise<boolean>;
}
