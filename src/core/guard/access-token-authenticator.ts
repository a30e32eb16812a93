import { Inject, Injectable } from '@nestjs/common';
import type { Credentials } from '../calls/exchange.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { Identity } from '../identity/identity.js';
import type {
  Attempt,
  AuthenticatedToken,
  RememberedToken,
  TokenAuthenticator,
} from '../jwt/authenticated-token.js';
import { validateRequiredClaims } from '../jwt/validate-claims.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { nextStep, Refusal, refusalOfError, type Result } from '../refusals/refusal.js';
import { checkRevocation, type RevocationSources } from '../revocation/revocation-check.js';
import type { RevocationList } from '../revocation/revocation-list.js';
import { TOKENS } from '../util/di-tokens.js';
import { isPromise, type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import type { TokenBinding } from './token-binding.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { LateAuthenticator } from './late-authenticator.js';

/** From the text of a token to its caller, whichever way the token came. */
@Injectable()
export class AccessTokenAuthenticator {
  private readonly revocation: RevocationSources;

  constructor(
    @Inject(TOKENS.tokenAuthenticator) private tokens: TokenAuthenticator,
    @Inject(TOKENS.tokenBinding) private readonly binding: TokenBinding,
    @Inject(TOKENS.resolvedConfig) { isRevoked }: ResolvedAuthConfig,
    @Inject(TOKENS.events) private readonly events: AuthEvents,
    @Inject(TOKENS.revocationList) list: RevocationList | undefined,
    @Inject(TOKENS.trustedIssuers) trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.loadIntrospection) loadIntrospection: () => Promise<TokenAuthenticator>,
  ) {
    this.revocation = { list, isRevoked };
    trustedIssuers.whenIntrospecting(() => {
      this.tokens = new LateAuthenticator(loadIntrospection());
    });
  }

  /**
   * Synchronous for a remembered token, unless a proof or `isRevoked` is asynchronous.
   *
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when the token can't be checked.
   */
  authenticate(credentials: Credentials): MaybeAsync<Result<Identity>> {
    const remembered = this.tokens.recall(credentials.token);
    return remembered ? this.recheck(remembered, credentials) : this.authenticateAnew(credentials);
  }

  private authenticateToken(
    { token }: Credentials,
    attempt: Attempt,
  ): MaybeAsync<Result<AuthenticatedToken>> {
    const { tokens } = this;
    // The issuer of this token, or another, may be the first that wants to be asked about its tokens.
    return whenKnown(tokens.authenticate(token, attempt), (authenticated) =>
      this.tokens === tokens ? authenticated : this.tokens.authenticate(token, attempt),
    );
  }

  private authenticateAnew(credentials: Credentials): MaybeAsync<Result<Identity>> {
    const attempt: Attempt = { startedAt: performance.now(), issuer: undefined, isShared: false };
    const conclude = (result: Result<Identity>): Result<Identity> => {
      if (result instanceof Refusal) return withAttempt(result, attempt);
      this.publishAuthenticated(attempt);
      return result;
    };
    const fail = (error: unknown): never => {
      throw withAttempt(refusalOfError(error), attempt);
    };
    try {
      const result = nextStep(this.authenticateToken(credentials, attempt), (authenticated) =>
        this.identify(authenticated, credentials),
      );
      return isPromise(result) ? result.then(conclude, fail) : conclude(result);
    } catch (error) {
      return fail(error);
    }
  }

  private identify(
    authenticated: AuthenticatedToken,
    credentials: Credentials,
  ): MaybeAsync<Result<Identity>> {
    const { claims, trusted } = authenticated;
    return nextStep(this.binding.check(claims, trusted.policy, credentials), () => {
      const identity = identityOf(authenticated);
      return nextStep(checkRevocation({ identity, trusted }, this.revocation), () => identity);
    });
  }

  private publishAuthenticated({ issuer = '', isShared, startedAt }: Attempt): void {
    if (isShared) return this.events.publish('authenticated', { issuer, remembered: true });
    const durationMs = performance.now() - startedAt;
    this.events.publish('authenticated', { issuer, remembered: false, durationMs });
  }

  /** Checks again what may differ by request: required claims, the proof and revocation. */
  private recheck(
    remembered: RememberedToken,
    credentials: Credentials,
  ): MaybeAsync<Result<Identity>> {
    const { identity, trusted } = remembered;
    const { policy } = trusted;
    const judged = { issuer: policy.issuer, durationMs: undefined };
    const conclude = (refusal: Refusal | undefined): Result<Identity> => {
      if (refusal) return refusal.of(judged);
      this.events.publish('authenticated', { issuer: policy.issuer, remembered: true });
      return identity;
    };
    try {
      const unmet = validateRequiredClaims(identity.claims, policy.requiredClaims);
      if (unmet) return conclude(unmet);
      const unbound = this.binding.check(identity.claims, policy, credentials);
      const refusal = nextStep(unbound, () => checkRevocation(remembered, this.revocation));
      if (!isPromise(refusal)) return conclude(refusal);
      return refusal.then(conclude, (error: unknown) => {
        throw refusalOfError(error).of(judged);
      });
    } catch (error) {
      throw refusalOfError(error).of(judged);
    }
  }
}

/** Tells observers which issuer's token it was, once that is known. */
function withAttempt(refusal: Refusal, { issuer, startedAt }: Attempt): Refusal {
  if (issuer === undefined) return refusal;
  return refusal.of({ issuer, durationMs: performance.now() - startedAt });
}
