import type { RevocationStore } from '../core/revocation/revocation-store.js';

/** Revocation by `Revocations`: where marks are kept, and what happens while that store is unreachable. */
export interface RevocationConfig {
  /**
   * Keeps marks for every process of the application: `new MemoryRevocationStore()` for one process, `new
   * RedisRevocationStore(client)` of `nestjs-trusted-issuers/redis` for many. Mandatory.
   */
  readonly store: RevocationStore;

  /**
   * How long, in seconds, the store may be unreachable before {@link whenStale} applies. Until then a token
   * that another process revokes is still accepted here. 1 to 86400.
   *
   * @default 60
   */
  readonly maxStaleSeconds?: number;

  /**
   * What happens to requests while this process has not heard from the store for {@link maxStaleSeconds}, or
   * has not loaded its marks 5 seconds after the start. `'refuse'`: a 503 (`keys_unavailable`), because it
   * can't know what was revoked. `'serve'`: the known marks count, and the log, health and observers say that
   * they are old.
   *
   * @default `'refuse'`
   */
  readonly whenStale?: 'refuse' | 'serve';

  /**
   * The longest time in seconds from the issue of a token (`iat`) to its last use. A mark on a subject,
   * session, client or issuer ends that long after the moment it names, because no token from before it is
   * valid then. An older token is refused with `token_expired`, since the marks of its time may be forgotten.
   * Where an issuer has a smaller `maxTokenAgeSeconds`, that counts. 60 to 315360000.
   *
   * @default 2592000 (30 days)
   */
  readonly maxTokenLifetimeSeconds?: number;
}
