import type { IssuerKeysConfig } from './trusted-issuer-config.js';

/** A subject as a transmitter names it (RFC 9493 section 3): its `format`, and the members of that format. */
export type SubjectIdentifier = Readonly<Record<string, unknown>> & { readonly format: string };

/** Whose access tokens an event ends: those of a subject, or of one session (`sid`) of an issuer. */
export type SignalTarget =
  | { readonly issuer: string; readonly subject: string }
  | { readonly issuer: string; readonly sessionId: string };

/** One transmitter whose security event tokens count. */
export interface TransmitterConfig {
  /** The exact `iss` of its security event tokens (SSF 1.0 section 4.1.6). Mandatory. */
  readonly issuer: string;

  /** What its tokens carry in `aud` for this receiver; one of several is enough (SSF 1.0 section 4.1.8). Mandatory. */
  readonly audience: string | readonly string[];

  /**
   * Where its keys come from; a shared secret is none of them. Absent: it is one of the trusted issuers, and
   * signs with that issuer's keys.
   */
  readonly keys?: IssuerKeysConfig;

  /**
   * Says whose tokens are meant by a subject; asked first about each, with a member of a complex subject by
   * itself. `undefined` leaves it at the built-in meaning, `null` says that it is nobody here. A function that
   * throws, rejects, takes more than 5 seconds or gives anything else is a 503, after which a transmitter sends
   * the event again. Absent: `iss_sub` names a subject, `opaque` a subject or a session of the transmitter
   * itself, and other formats such as `email` nobody.
   */
  readonly subjectOf?: (
    subject: SubjectIdentifier,
  ) => SignalTarget | null | undefined | Promise<SignalTarget | null | undefined>;
}

/** A receiver of security event tokens by push (RFC 8935, Shared Signals Framework 1.0). */
export interface SharedSignalsConfig {
  /**
   * Path of the endpoint, below the application's global prefix: give its whole address as `endpoint_url` to
   * each transmitter. Begins with a slash and ends without one; its segments are of letters, digits, `.`, `_`,
   * `~` and `-`. Default `/ssf/events`.
   */
  readonly path?: string;

  /** Whose events count. Mandatory, at least one. */
  readonly transmitters: readonly TransmitterConfig[];
}
