import type { IntrospectionStatus } from '../introspection/introspection-status.js';

/**
 * - `static`: the keys stand in the configuration.
 * - `pending`: none are there, and nothing has failed: they are fetched when a token needs them.
 * - `fresh`: the keys are current, or will be fetched anew by the next request.
 * - `stale`: old keys serve, because newer ones cannot be had; or of several `jwksUri` one is unavailable.
 * - `unavailable`: no keys that may serve. The last fetch failed: tokens are answered with 503; or it
 *   brought an empty set: the issuer has withdrawn all keys, and its tokens are refused.
 */
export type KeySourceState = 'static' | 'pending' | 'fresh' | 'stale' | 'unavailable';

/** How the keys of one issuer are. */
export interface KeySourceStatus {
  readonly state: KeySourceState;
  /** How many keys are known. One beyond the first 100 of a set counts until it proves to be of no use. */
  readonly keys: number;
  /** When keys were last fetched; of several `jwksUri`, the one that lags behind. Absent: never. */
  readonly lastSuccessAt: Date | undefined;
  /** Seconds since then. */
  readonly ageSeconds: number | undefined;
  /** From when on a request will have them fetched anew. Absent: as soon as one comes, or never for static keys. */
  readonly nextRefreshAt: Date | undefined;
  /** Why the last fetch that failed did so; it stays after a success. Names addresses, never credentials. */
  readonly lastError: { readonly at: Date; readonly message: string } | undefined;
}

/** How the keys of one trusted issuer are. */
export interface TrustedIssuerStatus extends KeySourceStatus {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** How its introspection endpoint is; absent where it is not asked about tokens. */
  readonly introspection?: IntrospectionStatus;
}

/** From good to bad; the worst of several parts speaks for the whole. */
const STATES: readonly KeySourceState[] = ['static', 'fresh', 'pending', 'stale', 'unavailable'];

/** The status of keys that stand in the configuration. */
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
  // Where keys serve, tokens are not all answered with 503.
  const serves = worst.state === 'unavailable' && parts.some(({ keys }) => keys > 0);
  return {
    ...worst,
    ...(serves && { state: 'stale' }),
    keys: parts.reduce((sum, { keys }) => sum + keys, 0),
    lastError: worst.lastError ?? parts.find(({ lastError }) => lastError)?.lastError,
  };
}
