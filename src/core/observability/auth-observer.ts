import type { Step } from '../guard/steps.js';
import type { Check } from '../refusals/refusal.js';
import type { RevocationMark } from '../revocation/revocation-mark.js';
import type { CauseCode } from '../refusals/refusal-table.js';

/** The keys of an issuer were fetched. */
export interface KeysRefreshedEvent {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** How many usable keys came. */
  readonly keys: number;
  /** Whether a key came, went or changed. */
  readonly changed: boolean;
  /** From the decision to fetch to the last key that was read, in milliseconds. */
  readonly durationMs: number;
}

/** The keys of an issuer could not be fetched. `staleKeysServed` tells whether old ones are still used. */
export interface KeyRefreshFailedEvent {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** Why, in a line for people: not for a label, for it may hold words of the key server. */
  readonly reason: string;
  /** From the decision to fetch to the failure, in milliseconds. */
  readonly durationMs: number;
}

/** Keys past their freshness lifetime are used, because newer ones can't be fetched. Once an episode. */
export interface StaleKeysServedEvent {
  /** The issuer, as configured. */
  readonly issuer: string;
  readonly ageSeconds: number;
}

/** A token named a key that is not among the issuer's. Whether it is worth a fetch is decided later. */
export interface UnknownKeyEvent {
  /** The issuer, as configured. */
  readonly issuer: string;
}

/** Tokens were revoked through `Revocations`, by this process or another. Not of what was loaded at the start. */
export interface TokensRevokedEvent {
  /** What the mark is on. */
  readonly kind: RevocationMark['kind'];
  /** The issuer, as configured; absent where none of that name is trusted here. */
  readonly issuer: string | undefined;
}

/** The marks that the store had were loaded, after which requests are answered by them. */
export interface RevocationsLoadedEvent {
  /** How many marks are known now. */
  readonly marks: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** What is known of revocations is older than `maxStaleSeconds`, or was not loaded in time. Once an episode. */
export interface RevocationsStaleEvent {
  /** Whether the marks were ever loaded. */
  readonly loaded: boolean;
  /** Whether requests are served all the same, by `whenStale`. */
  readonly served: boolean;
}

/** A DPoP proof could not be remembered, for want of room, so its request ended in a 503. */
export interface ReplayStoreFullEvent {
  /** Whether one client has used up its share: others are served. */
  readonly isOfOneClient: boolean;
}

/** An issuer was asked about a token, and answered. */
export interface TokenIntrospectedEvent {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** Whether it says that the token is active; what this API makes of it, other events tell. */
  readonly active: boolean;
  /** From the question to the answer, in milliseconds. */
  readonly durationMs: number;
}

/** An issuer was asked about a token, and gave no answer of use. */
export interface IntrospectionFailedEvent {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** Why, in a line for people: not for a label. Names addresses, never a token or a credential. */
  readonly reason: string;
  /** From the question to the failure, in milliseconds. */
  readonly durationMs: number;
}

/** A token was accepted. */
export interface AuthenticatedEvent {
  /** The issuer, as configured, whichever alias the token names. */
  readonly issuer: string;
  /** Whether these bytes were verified before, or for another request just now, so that only what may have changed was checked. */
  readonly remembered: boolean;
  /** From the bytes to the identity, `isRevoked` and waiting for keys included; absent when remembered. In milliseconds. */
  readonly durationMs?: number;
}

/** A request was refused. */
export interface RefusedEvent {
  /** The precise code, also where `disclosure: 'minimal'` sends a coarser one. */
  readonly code: CauseCode;
  /** What was checked, such as `'exp'`, `'aud'` or `'key'`. */
  readonly check: Check;
  /** The step of the path of a request that refused. */
  readonly step: Step;
  /** The trusted issuer, as configured; absent where none was found. */
  readonly issuer: string | undefined;
  /** How long the check of the token took, in milliseconds; absent where none was checked. */
  readonly durationMs: number | undefined;
}

/** What is told, by the name under which an {@link AuthObserver} is called. */
export interface AuthEventMap {
  readonly keysRefreshed: KeysRefreshedEvent;
  readonly keyRefreshFailed: KeyRefreshFailedEvent;
  readonly staleKeysServed: StaleKeysServedEvent;
  readonly unknownKey: UnknownKeyEvent;
  readonly tokensRevoked: TokensRevokedEvent;
  readonly revocationsLoaded: RevocationsLoadedEvent;
  readonly revocationsStale: RevocationsStaleEvent;
  readonly replayStoreFull: ReplayStoreFullEvent;
  readonly tokenIntrospected: TokenIntrospectedEvent;
  readonly introspectionFailed: IntrospectionFailedEvent;
  readonly authenticated: AuthenticatedEvent;
  readonly refused: RefusedEvent;
}

/**
 * Is told what happens, for metrics and alarms. Every method may be left out; all are called
 * synchronously and should be quick. One that throws or rejects changes nothing but the log.
 *
 * No event holds any text of a token: issuers are named as configured, so every member except `reason`
 * is a label with few values. The same events go to `node:diagnostics_channel`, under
 * `nestjs-trusted-issuers:` and the name.
 */
export type AuthObserver = {
  readonly [Name in keyof AuthEventMap]?: (event: AuthEventMap[Name]) => void | Promise<void>;
};
