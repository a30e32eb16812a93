import type { Identity } from '../identity/identity.js';
import { Refusal } from '../refusals/refusal.js';
import type { PassportRequest } from './passport.bridge.js';
import type { TokenAuthenticator } from './token.authenticator.js';

/**
 * The strategy handed to passport for one request. It has the trusted issuer's own passport-jwt
 * strategy judge the token and reports the outcome.
 *
 * One object per request and never registered by name: passport writes its outcome functions onto the
 * strategy it is given, and its registry of names is shared by the whole process.
 */
export class JwtStrategy {
  /** Set by passport just before it calls {@link authenticate}; they stand here so that setting is cheap. */
  success: (identity: Identity) => void = unset;
  fail: (refusal: Refusal) => void = unset;
  error: (error: unknown) => void = unset;
  redirect: unknown = undefined;
  pass: unknown = undefined;

  constructor(private readonly authenticator: TokenAuthenticator) {}

  /** Called by passport. Every outcome goes through one of its three doors. */
  authenticate(request: PassportRequest): void {
    try {
      const outcome = this.authenticator.verify(request.takeSelection());
      if (outcome instanceof Promise)
        outcome.then(this.success, (error: unknown) => this.refuse(error));
      else if (outcome instanceof Refusal) this.refuse(outcome);
      else this.success(outcome);
    } catch (error) {
      this.refuse(error);
    }
  }

  private refuse(reason: unknown): void {
    if (isJudgement(reason)) this.fail(reason);
    else this.error(reason);
  }
}

function unset(): never {
  throw new Error('passport did not set its outcome functions');
}

/** The token was judged and found bad; anything else means that it was not judged. */
function isJudgement(reason: unknown): reason is Refusal {
  return reason instanceof Refusal && reason.code !== 'keys_unavailable';
}
