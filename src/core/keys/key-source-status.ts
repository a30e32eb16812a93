import type { IntrospectionStatus } from '../introspection/introspection-status.js';

/**
 * - `static`: the keys are in the configuration.
 * - `pending`: there are no keys yet, and nothing has failed: they are fetched when a token needs them.
 * - `fresh`: the keys are current, or the next request will fetch them again.
 * - `stale`: old keys are used, because newer ones cannot be fetched; or one of several `jwksUri` is
 *   unavailable.
 * - `unavailable`: no usable keys. Either the last fetch failed, and tokens are answered with 503; or it
 *   returned an empty set: the issuer has withdrawn all keys, and its tokens are refused.
 */
export type KeySourceState = 'static' | 'pending' | 'fresh' | 'stale' | 'unavailable';

/** The status of the keys of one issuer. */
export interface KeySourceStatus {
  readonly state: KeySourceState;
  /** How many keys are known. Those beyond the first 100 of a set count until they prove unusable. */
  readonly keys: number;
  /** When keys were last fetched; with several `jwksUri`, from the one furthest behind. Absent: never. */
  readonly lastSuccessAt: Date | undefined;
  /** Seconds since then. */
  readonly ageSeconds: number | undefined;
  /** When a request will next fetch them again. Absent: the next request does, or never for static keys. */
  readonly nextRefreshAt: Date | undefined;
  /** Why the last failed fetch failed; kept after a success. Names addresses, never credentials. */
  readonly lastError: { readonly at: Date; readonly message: string } | undefined;
}

/** The status of one trusted issuer. */
export interface TrustedIssuerStatus extends KeySourceStatus {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** The status of its introspection endpoint; absent when it is not asked about tokens. */
  readonly introspection?: IntrospectionStatus;
}

/** From good to bad; the worst of several parts is the state of the whole. */
const STATES: readonly KeySourceState[] = ['static', 'fresh', 'pending', 'stale', 'unavailable'];

/** The status of keys in the configuration. */
export function staticStatus(keys: number): KeySourceStatus {
  const never = { lastSuccessAt: undefined, ageSeconds: undefined, nextRefreshAt: undefined };
  return { state: 'static', keys, ...never, lastError: undefined };
}

/** One status for an issuer whose keys come from several places. */
export function unitedStatus(parts: readonly KeySourceStatus[]): KeySourceStatus {
  const [worst = staticStatus(0)] = [...parts].sort(
    (a, b) =>
      STATES.indexOf(b.state) - STATES.indexOf(a.state) ||
      (b.ageSeconds ?? Infinity) - (a.ageSeconds ?? Infinity),
  );
  // While some keys are usable, not all tokens are answered with 503.
  const serves = worst.state === 'unavailable' && parts.some(({ keys }) => keys > 0);
  return {
    ...worst,
    ...(serves && { state: 'stale' }),
    keys: parts.reduce((sum, { keys }) => sum + keys, 0),
    lastError: worst.lastError ?? parts.find(({ lastError }) => lastError)?.lastError,
  };
}
