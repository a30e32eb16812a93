import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { Identity } from '../identity/identity.js';
import type { Attempt, RememberedToken, TokenAuthenticator } from '../jwt/authenticated-token.js';
import { validateRequiredClaims } from '../jwt/validate-claims.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal, refusalOfError, type Result } from '../refusals/refusal.js';
import { checkRevocation, type RevocationSources } from '../revocation/revocation-check.js';
import type { RevocationList } from '../revocation/revocation-list.js';
import { TOKENS } from '../util/di-tokens.js';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';

/** From the text of a token to its caller, whichever way the token came. */
@Injectable()
export class AccessTokenAuthenticator {
  private readonly revocation: RevocationSources;

  constructor(
    @Inject(TOKENS.tokenAuthenticator) private readonly tokens: TokenAuthenticator,
    @Inject(TOKENS.resolvedConfig) { isRevoked }: ResolvedAuthConfig,
    @Inject(TOKENS.events) private readonly events: AuthEvents,
    @Inject(TOKENS.revocationList) list: RevocationList | undefined,
  ) {
    this.revocation = { list, isRevoked };
  }

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
      const { trusted } = authenticated;
      const refusal = await checkRevocation({ identity, trusted }, this.revocation);
      if (refusal) return withAttempt(refusal, attempt);
      this.publishAuthenticated(trusted.policy.issuer, attempt);
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
  private recheck(remembered: RememberedToken): MaybeAsync<Result<Identity>> {
    const { identity, trusted } = remembered;
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
        checkRevocation(remembered, this.revocation);
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
