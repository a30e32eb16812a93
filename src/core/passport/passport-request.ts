import type { VerificationKey } from '../keys/key-source.js';

/** Finds the key that verifies a token. */
export type Check = () => VerificationKey | undefined;

/**
 * What passport takes for the request. Not the application's own: passport writes nine members on a
 * request, and adding properties to an Express request is slow. Declaring them here keeps assignment cheap.
 */
export class PassportRequest {
  login: unknown = undefined;
  logIn: unknown = undefined;
  logout: unknown = undefined;
  logOut: unknown = undefined;
  isAuthenticated: unknown = undefined;
  isUnauthenticated: unknown = undefined;
  _sessionManager: unknown = undefined;
  authInfo: unknown = undefined;
  user: unknown = undefined;

  private outcome:
    { readonly key: VerificationKey | undefined } | { readonly error: unknown } | undefined;

  constructor(private check: Check | undefined) {}

  /** What is to be checked; once. */
  takeCheck(): Check {
    const { check } = this;
    if (check === undefined) throw new Error('passport asked twice');
    this.check = undefined;
    return check;
  }

  conclude(outcome: NonNullable<PassportRequest['outcome']>): void {
    this.outcome = outcome;
  }

  /** @throws Error when the check itself failed. */
  takeKey(): VerificationKey | undefined {
    const { outcome } = this;
    this.outcome = undefined;
    if (outcome === undefined) throw new Error('passport did not answer');
    if ('error' in outcome) throw outcome.error;
    return outcome.key;
  }
}
