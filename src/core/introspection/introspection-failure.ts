/**
 * - `unreachable`: no answer: no address, no connection, or none in time.
 * - `credentials`: the server does not take those of this API, or they can't be had.
 * - `unusable`: what it answered says nothing of the token.
 */
export type FailureKind = 'unreachable' | 'credentials' | 'unusable';

/** Why it is not known whether a token is active. Says nothing of the token, nor of what was answered. */
export class IntrospectionFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was thrown, as a failure; where it is none yet, of this kind. */
export function failureOf(
  error: unknown,
  kind: FailureKind,
  message: string,
): IntrospectionFailure {
  return error instanceof IntrospectionFailure
    ? error
    : new IntrospectionFailure(kind, message, { cause: error });
}
