import { deepFreeze } from '../identity/identity.js';
import type { Attempt, AuthenticatedToken } from '../jwt/authenticated-token.js';
import { type IssuerAndKeys, JwtAuthenticator } from '../jwt/jwt-authenticator.js';
import { checkTimes } from '../jwt/time-rules.js';
import type { UnverifiedToken } from '../jwt/unverified-token.js';
import { nextStep, type Result } from '../refusals/refusal.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import type { IntrospectionAuthenticator } from './introspection-authenticator.js';

/** Authenticates JWTs by their signature, and asks about those of issuers that want to be asked always. */
export class AskingJwtAuthenticator extends JwtAuthenticator {
  constructor(
    parts: ConstructorParameters<typeof JwtAuthenticator>,
    private readonly introspection: () => IntrospectionAuthenticator,
  ) {
    super(...parts);
  }

  protected override verifyOnce(
    token: UnverifiedToken,
    by: IssuerAndKeys,
    attempt: Attempt,
  ): MaybeAsync<Result<AuthenticatedToken>> {
    const { trusted, keys } = by;
    if (trusted.policy.introspection?.mode !== 'always')
      return super.verifyOnce(token, by, attempt);
    return nextStep(this.verifySignature(token, trusted, keys), (key) => {
      const claims = deepFreeze(token.claims);
      const refusal = checkTimes(claims, trusted.policy, this.nowSeconds());
      if (refusal) return refusal;
      return this.introspection().authenticate(token.token, trusted, attempt, { claims, key });
    });
  }
}
