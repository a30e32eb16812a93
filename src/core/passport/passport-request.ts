import type { Identity } from '../identity/identity.js';
import type { Verdict } from '../refusals/refusal.js';
import { refusalOfError } from './passport-outcome.js';
import type { Selection } from '../jwt/token-authenticator.js';

/**
 * What passport takes for the request. Not the application's own: passport writes nine members on a
 * request, which then would have them when a token is verified and not when it is remembered; and to
 * Express' requests each new member is dear. The members stand here so that writing them is cheap.
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

  private outcome: Verdict<Identity> | undefined;

  constructor(private selection: Selection | undefined) {}

  /** What shall be judged. */
  takeSelection(): Selection {
    const { selection } = this;
    if (selection === undefined) throw new Error('passport asked twice');
    this.selection = undefined;
    return selection;
  }

  conclude(outcome: Verdict<Identity>): void {
    this.outcome = outcome;
  }

  takeOutcome(): Verdict<Identity> {
    const { outcome } = this;
    this.outcome = undefined;
    return outcome ?? refusalOfError(new Error('passport did not answer'));
  }
}
