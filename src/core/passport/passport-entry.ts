import { isPromise } from '../util/maybe-async.js';
import type { Identity } from '../identity/identity.js';
import { Refusal, type Verdict } from '../refusals/refusal.js';
import type { PassportRequest } from './passport-request.js';
import type { TokenAuthenticator } from '../jwt/token-authenticator.js';

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
      const judging = this.authenticator.verify(request.takeSelection());
      if (isPromise(judging))
        judging.then(
          (verdict) => this.conclude(verdict),
          (error: unknown) => this.error(error),
        );
      else this.conclude(judging);
    } catch (error) {
      this.error(error);
    }
  }

  private conclude(verdict: Verdict<Identity>): void {
    if (!(verdict instanceof Refusal)) this.success(verdict);
    else if (verdict.code === 'keys_unavailable') this.error(verdict);
    else this.fail(verdict);
  }
}

function unset(): never {
  throw new Error('passport did not set its outcome functions');
}
