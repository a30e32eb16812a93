import type { IssuerKeysConfig } from './issuer-keys-config.js';
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

/**
 * A subject as a transmitter names it: its `format`, and the members of that format.
 *
 * @see RFC 9493 section 3
 */
export type SubjectIdentifier = Readonly<Record<string, unknown>> & { readonly format: string };

/** Whose access tokens an event ends: those of a subject, or of one session (`sid`) of an issuer. */
export type SignalTarget =
  | { readonly issuer: string; readonly subject: string }
  | { readonly issuer: string; readonly sessionId: string };

/** One transmitter whose security event tokens count. */
export interface TransmitterConfig {
  /**
   * The exact `iss` of its security event tokens. Mandatory.
   *
   * @see SSF 1.0 section 4.1.6
   */
  readonly issuer: string;

  /**
   * The `aud` of its tokens for this receiver; one of several is enough. Mandatory.
   *
   * @see SSF 1.0 section 4.1.8
   */
  readonly audience: string | readonly string[];

  /**
   * Where its keys come from; a shared secret is not accepted. Absent: it is one of the trusted issuers, and
   * signs with that issuer's keys.
   */
  readonly keys?: IssuerKeysConfig;

  /**
   * Says whose tokens a subject means. It is asked first about each subject, and about each member of a complex
   * one. `undefined` keeps the built-in meaning; `null` says that it is no subject of this API. A function that
   * throws, rejects, takes more than 5 seconds or gives anything else is a 503, after which a transmitter sends
   * the event again. Absent: `iss_sub` names a subject, `opaque` a subject or a session of the transmitter
   * itself, and other formats such as `email` name none.
   */
  readonly subjectOf?: (
    subject: SubjectIdentifier,
  ) => SignalTarget | null | undefined | Promise<SignalTarget | null | undefined>;
}

/**
 * A receiver of security event tokens by push.
 *
 * @see RFC 8935
 * @see Shared Signals Framework 1.0
 */
export interface SharedSignalsConfig {
  /**
   * Path of the endpoint, below the application's global prefix. Give its whole address as `endpoint_url` to
   * each transmitter. Begins with a slash and ends without one; its segments are of letters, digits, `.`, `_`,
   * `~` and `-`.
   *
   * @default `/ssf/events`
   */
  readonly path?: string;

  /** The transmitters whose events count. Mandatory, at least one. */
  readonly transmitters: readonly TransmitterConfig[];
}

/**
 * Where logout tokens are taken. Only issuers with a {@link LogoutSenderConfig} may send them.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.5
 */
export interface BackChannelLogoutConfig {
  /**
   * Path of the endpoint, below the application's global prefix. Register its whole address as
   * `backchannel_logout_uri` at each issuer. Begins with a slash and ends without one; its segments are of
   * letters, digits, `.`, `_`, `~` and `-`.
   *
   * @default `/backchannel-logout`
   */
  readonly path?: string;
}

/** How an issuer knows this application when it sends logout tokens. */
export interface LogoutSenderConfig {
  /**
   * The client for which the endpoint is registered at the issuer: the `aud` of its logout tokens. Mandatory.
   *
   * @see OpenID Connect Back-Channel Logout 1.0 section 2.4
   */
  readonly clientId: string;
}
