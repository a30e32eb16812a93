import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../clock.js';
import { canonicalTokenType, type ResolvedAuthConfig } from '../config/resolved-config.js';
import { NON_ACCESS_TOKEN_TYPES } from '../config/non-access-token-types.js';
import { TOKENS } from '../di-tokens.js';
import type { Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal } from '../refusals/refusal.js';
import type { TrustedIssuer, TrustedIssuers } from '../trust/trusted-issuers.js';
import { isExpired } from './claims.validator.js';
import { IssuerJwtStrategy } from './issuer-jwt.strategy.js';
import { refusalOfError } from './passport-outcome.js';
import { parseUnverifiedToken, type UnverifiedToken } from './unverified-token.js';

/** Steps 3 to 8: from the bytes of a token to an identity, whichever way the token came. */
@Injectable()
export class TokenAuthenticator {
  private readonly strategies = new WeakMap<TrustedIssuer, IssuerJwtStrategy>();

  constructor(
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.events) private readonly events: AuthEvents,
  ) {}

  /** @throws Refusal, always as a rejection. */
  async authenticate(token: string): Promise<Identity> {
    const startedAt = performance.now();
    let issuer: string | undefined;
    try {
      const unverified = parseUnverifiedToken(token);
      const trusted = this.trustedIssuers.find(unverified.claims['iss']);
      if (!trusted) throw new Refusal('issuer_untrusted', '"iss" is not a trusted issuer');
      issuer = trusted.rules.issuer;
      const identity = await this.judge(unverified, trusted);
      this.events.publish('authenticated', { issuer, durationMs: performance.now() - startedAt });
      return identity;
    } catch (error) {
      throw refusalOfError(error).of({ issuer, durationMs: performance.now() - startedAt });
    }
  }

  private async judge(unverified: UnverifiedToken, trusted: TrustedIssuer): Promise<Identity> {
    checkHeader(unverified, trusted);
    const keys = await this.keysFor(unverified, trusted);
    const identity = this.strategyOf(trusted).judge(unverified, keys);
    await this.checkRevocation(identity);
    return identity;
  }

  private async keysFor(
    { algorithm, keyId, claims }: UnverifiedToken,
    { rules, keys }: TrustedIssuer,
  ): Promise<readonly VerificationKey[]> {
    const expired = isExpired(claims['exp'], rules, this.clock.now() / 1_000);
    const found = await keys.find({ algorithm, keyId, expired });
    // A laptop that wakes after the keys rotated must refresh its token, not log its user out.
    if (found.length === 0 && expired)
      throw new Refusal('token_expired', '"exp" has passed and the key is no longer in the set');
    return found;
  }

  private strategyOf(trusted: TrustedIssuer): IssuerJwtStrategy {
    let strategy = this.strategies.get(trusted);
    if (!strategy) {
      strategy = new IssuerJwtStrategy(trusted.rules, this.clock);
      this.strategies.set(trusted, strategy);
    }
    return strategy;
  }

  private async checkRevocation(identity: Identity): Promise<void> {
    let revoked: boolean;
    try {
      revoked = (await this.config.isRevoked?.(identity)) ?? false;
    } catch (cause) {
      throw new Refusal('keys_unavailable', 'isRevoked failed', cause);
    }
    if (revoked)
      throw new Refusal('token_revoked', `isRevoked says so of a token of ${identity.issuer}`);
  }
}

/** What the header alone rules out, before a key is looked for. */
function checkHeader({ algorithm, type }: UnverifiedToken, { rules }: TrustedIssuer): void {
  if (!rules.algorithms.has(algorithm))
    throw new Refusal('signature_invalid', `"alg" is not one of the algorithms of ${rules.issuer}`);
  const canonical = canonicalTokenType(type);
  if (
    (canonical !== null && NON_ACCESS_TOKEN_TYPES.has(canonical)) ||
    !rules.tokenTypes.has(canonical)
  )
    throw new Refusal('claims_invalid', `"typ" is not one of the tokenTypes of ${rules.issuer}`);
}
