/**
 * - `pending`: nobody was asked yet.
 * - `available`: the last answer was of use, or too few in a row were not.
 * - `unavailable`: nobody answers as he should: tokens that must be asked about get a 503.
 */
export type IntrospectionState = 'pending' | 'available' | 'unavailable';

/** How the introspection endpoint of an issuer is. */
export interface IntrospectionStatus {
  readonly state: IntrospectionState;
  /** How many calls are under way. */
  readonly underWay: number;
  /** When it last gave an answer of use. Absent: never. */
  readonly lastSuccessAt: Date | undefined;
  /** From when on it is asked again; absent where it is asked at once. */
  readonly nextAttemptAt: Date | undefined;
  /** Why the last call that failed did so; it stays after a success. Names addresses, never credentials. */
  readonly lastError: { readonly at: Date; readonly message: string } | undefined;
}
