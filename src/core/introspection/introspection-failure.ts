import { isThrown } from '../util/safe-logger.js';

/**
 * - `unreachable`: no address, no connection, or no answer in time.
 * - `credentials`: the server rejects those of this API, or they are not available.
 * - `unusable`: the answer does not say whether the token is active.
 */
export type FailureKind = 'unreachable' | 'credentials' | 'unusable';

/** Why it is unknown whether a token is active. Contains neither the token nor the answer. */
export class IntrospectionFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was thrown, as a failure; of the given kind unless it already is one. */
export function failureOf(
  error: unknown,
  kind: FailureKind,
  message: string,
): IntrospectionFailure {
  return isThrown(error, IntrospectionFailure)
    ? error
    : new IntrospectionFailure(kind, message, { cause: error });
}
