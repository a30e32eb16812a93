import type { RevocationStore } from '../core/revocation/revocation-store.js';

/** Revocation by `Revocations`: where marks are kept, and what counts while that place is away. */
export interface RevocationConfig {
  /**
   * Keeps marks for every process of the application: `new MemoryRevocationStore()` for one process,
   * `new RedisRevocationStore(client)` of `nestjs-trusted-issuers/redis` for many. Mandatory.
   */
  readonly store: RevocationStore;

  /**
   * How long, in seconds, the store may be away before {@link whenStale} counts: until then a token that
   * another process revokes still passes here. 1 to 86400. Default 60.
   */
  readonly maxStaleSeconds?: number;

  /**
   * What becomes of requests while this process has not heard from the store for {@link maxStaleSeconds}, or
   * has not loaded its marks 5 seconds after the start. `'refuse'`: a 503 (`keys_unavailable`), because
   * nobody can tell what was revoked. `'serve'`: what is known counts, and the log, health and observers say
   * that it is old. Default `'refuse'`.
   */
  readonly whenStale?: 'refuse' | 'serve';

  /**
   * The greatest time in seconds from the issue of a token (`iat`) to the last use of it: a mark on a
   * subject, session, client or issuer ends so long after the moment it names, because no token from before
   * is alive then. A token that is older is refused with `token_expired`, since what was revoked in its time
   * may be forgotten. Where an issuer has a smaller `maxTokenAgeSeconds`, that counts. 60 to 315360000.
   * Default 2592000, 30 days.
   */
  readonly maxTokenLifetimeSeconds?: number;
}
