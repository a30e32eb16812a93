import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { Identity } from '../identity/identity.js';
import type { Attempt, RememberedToken, TokenAuthenticator } from '../jwt/authenticated-token.js';
import { validateRequiredClaims } from '../jwt/validate-claims.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal, refusalOfError, type Result } from '../refusals/refusal.js';
import { checkRevocation } from '../revocation/revocation-check.js';
import { TOKENS } from '../util/di-tokens.js';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';

/** From the text of a token to its caller, whichever way the token came. */
@Injectable()
export class AccessTokenAuthenticator {
  constructor(
    @Inject(TOKENS.tokenAuthenticator) private readonly tokens: TokenAuthenticator,
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
    @Inject(TOKENS.events) private readonly events: AuthEvents,
  ) {}

  /**
   * Answers at once for a remembered token, unless `isRevoked` takes its time.
   *
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when it can't be told.
   */
  authenticate(token: string): MaybeAsync<Result<Identity>> {
    const remembered = this.tokens.recall(token);
    return remembered ? this.recheck(remembered) : this.authenticateAnew(token);
  }

  private async authenticateAnew(token: string): Promise<Result<Identity>> {
    const attempt: Attempt = { startedAt: performance.now(), issuer: undefined, isShared: false };
    try {
      const authenticated = await this.tokens.authenticate(token, attempt);
      if (authenticated instanceof Refusal) return withAttempt(authenticated, attempt);
      const identity = identityOf(authenticated);
      const refusal = await checkRevocation(identity, this.config.isRevoked);
      if (refusal) return withAttempt(refusal, attempt);
      this.publishAuthenticated(authenticated.trusted.policy.issuer, attempt);
      return identity;
    } catch (error) {
      throw withAttempt(refusalOfError(error), attempt);
    }
  }

  private publishAuthenticated(issuer: string, { isShared, startedAt }: Attempt): void {
    if (isShared) return this.events.publish('authenticated', { issuer, remembered: true });
    const durationMs = performance.now() - startedAt;
    this.events.publish('authenticated', { issuer, remembered: false, durationMs });
  }

  /** What the application decides anew on every request. */
  private recheck({ identity, trusted }: RememberedToken): MaybeAsync<Result<Identity>> {
    const { issuer, requiredClaims } = trusted.policy;
    const judged = { issuer, durationMs: undefined };
    const conclude = (refusal: Refusal | undefined): Result<Identity> => {
      if (refusal) return refusal.of(judged);
      this.events.publish('authenticated', { issuer, remembered: true });
      return identity;
    };
    try {
      const refusal =
        validateRequiredClaims(identity.claims, requiredClaims) ??
        checkRevocation(identity, this.config.isRevoked);
      if (!isPromise(refusal)) return conclude(refusal);
      return refusal.then(conclude, (error: unknown) => {
        throw refusalOfError(error).of(judged);
      });
    } catch (error) {
      throw refusalOfError(error).of(judged);
    }
  }
}

/** Says to observers whose token it was, once that is known. */
function withAttempt(refusal: Refusal, { issuer, startedAt }: Attempt): Refusal {
  if (issuer === undefined) return refusal;
  return refusal.of({ issuer, durationMs: performance.now() - startedAt });
}
