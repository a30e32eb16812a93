import type { Clock } from '../util/clock.js';
import { deepFreeze } from '../identity/deep-freeze.js';
import type { CheckedClaims } from '../identity/identity-mapper.js';
import type { Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { validitySpan } from './validate-claims.js';
import { identityBehind } from '../passport/passport-jwt-verifier.js';
import { reparseClaims } from './unverified-token.js';
import {
  type Verification,
  type VerifiedToken,
  VerifiedTokenCache,
} from './verified-token-cache.js';

/** A verified token that still stands, and who is calling. */
export interface RememberedToken extends VerifiedToken {
  readonly identity: Identity;
}

/** Step 2: what was verified before, for as long as everything that verification rested on stands. */
export class VerifiedTokenMemory {
  private readonly cache: VerifiedTokenCache;
  private readonly maxAgeSeconds: number;

  constructor(
    limits: { readonly maxEntries: number; readonly maxAgeSeconds: number },
    private readonly trustedIssuers: TrustedIssuers,
    private readonly clock: Clock,
  ) {
    this.cache = new VerifiedTokenCache(limits.maxEntries);
    this.maxAgeSeconds = limits.maxAgeSeconds;
  }

  /**
   * What can change meanwhile is judged again, so the answer is the one that steps 3 to 8 would give,
   * but for what the application decides anew on every request.
   */
  recall(token: string): RememberedToken | undefined {
    const verified = this.cache.find(token);
    if (verified === undefined) return undefined;
    const { verification } = verified;
    const { trusted, key, validFromSeconds, validUntilSeconds } = verification;
    const nowMs = this.clock.now();
    const nowSeconds = nowMs / 1_000;
    const stands =
      nowSeconds >= validFromSeconds &&
      nowSeconds < validUntilSeconds &&
      this.isTrusted(verification) &&
      trusted.keys.isCurrent(key, nowMs);
    if (!stands) {
      this.cache.remove(token);
      return undefined;
    }
    verified.identity ??= identityBehind(checkedClaimsOf(verified), trusted.rules);
    return verified as RememberedToken;
  }

  remember(token: string, claims: Identity['claims'], by: VerifiedBy): void {
    const { trusted, key } = by;
    const { fromSeconds, untilSeconds } = validitySpan(claims, trusted.rules);
    this.cache.put(token, {
      issuer: String(claims['iss']),
      trusted,
      key,
      // Not the present one: the list may have changed since the issuer was looked up.
      trustedAsOf: undefined,
      validFromSeconds: fromSeconds,
      validUntilSeconds: Math.min(untilSeconds, this.clock.now() / 1_000 + this.maxAgeSeconds),
    });
  }

  /** Looked up only after the list has changed: in a long one that takes longer than all the rest. */
  private isTrusted(verification: Verification): boolean {
    const { revision } = this.trustedIssuers;
    if (revision !== undefined && verification.trustedAsOf === revision) return true;
    const trusted = this.trustedIssuers.isTrusted(verification.trusted, verification.issuer);
    verification.trustedAsOf = trusted ? revision : undefined;
    return trusted;
  }
}

/** Whose key it was. */
interface VerifiedBy {
  readonly trusted: TrustedIssuer;
  readonly key: VerificationKey;
}

/** They were checked when the token was verified; the same bytes have the same claims. */
function checkedClaimsOf({ token }: VerifiedToken): CheckedClaims {
  return deepFreeze(reparseClaims(token)) as CheckedClaims;
}
