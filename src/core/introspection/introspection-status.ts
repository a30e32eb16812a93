/**
 * - `pending`: the server has not been asked yet.
 * - `available`: the last answer was usable, or too few in a row were not.
 * - `unavailable`: no usable answers: tokens that need introspection get a 503.
 */
export type IntrospectionState = 'pending' | 'available' | 'unavailable';

/** The state of an issuer's introspection endpoint. */
export interface IntrospectionStatus {
  readonly state: IntrospectionState;
  /** How many calls are under way. */
  readonly underWay: number;
  /** When it last gave a usable answer. Absent: never. */
  readonly lastSuccessAt: Date | undefined;
  /** When it is asked again; absent when it is asked at once. */
  readonly nextAttemptAt: Date | undefined;
  /** Why the last call that failed did so; it stays after a success. Names addresses, never credentials. */
  readonly lastError: { readonly at: Date; readonly message: string } | undefined;
}
