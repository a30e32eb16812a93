import type { Clock } from '../util/clock.js';
import { deepFreeze } from '../identity/deep-freeze.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { CheckedClaims, Identity } from '../identity/identity.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import type { AuthenticatedToken, RememberedToken } from './authenticated-token.js';
import { reparseClaims } from './unverified-token.js';
import { acceptedBetween } from './time-rules.js';
import { validateSubject } from './validate-subject.js';
import {
  type Verification,
  type VerifiedToken,
  VerifiedTokenCache,
} from './verified-token-cache.js';

/** What was verified before, for as long as everything that verification rested on holds. */
export class VerifiedTokenMemory {
  private readonly cache: VerifiedTokenCache;
  /** Tokens that are being verified now. */
  private readonly underWay = new Map<string, Promise<Result<AuthenticatedToken>>>();
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
   * What can change meanwhile is checked again, so the answer is the one that verification would give now,
   * but for what the application decides anew on every request.
   */
  recall(token: string): RememberedToken | undefined {
    const verified = this.cache.find(token);
    if (verified === undefined) return undefined;
    const { verification } = verified;
    const { trusted, key, validFromSeconds, validUntilSeconds } = verification;
    const nowMs = this.clock.now();
    const nowSeconds = nowMs / 1_000;
    const holds =
      nowSeconds >= validFromSeconds &&
      nowSeconds < validUntilSeconds &&
      this.isTrusted(verification) &&
      trusted.keys.isCurrent(key, nowMs);
    if (!holds) {
      this.cache.remove(token);
      return undefined;
    }
    verified.identity ??= identityIn(verified);
    return verified as RememberedToken;
  }

  /** Fields of one query and requests of one page come at once: the first of them does the work for all. */
  async once(
    token: string,
    verify: () => Promise<Result<AuthenticatedToken>>,
  ): Promise<Result<AuthenticatedToken>> {
    const remembered = this.recall(token);
    if (remembered) return authenticatedBy(remembered);
    const underWay = this.underWay.get(token);
    if (underWay) return underWay;
    const verifying = verify();
    this.underWay.set(token, verifying);
    try {
      return await verifying;
    } finally {
      this.underWay.delete(token);
    }
  }

  remember(token: string, claims: Identity['claims'], by: VerifiedBy): void {
    const { trusted, key } = by;
    const { fromSeconds, untilSeconds } = acceptedBetween(claims, trusted.rules);
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

function authenticatedBy({ trusted, identity }: RememberedToken): AuthenticatedToken {
  return { trusted, claims: identity.claims as CheckedClaims, subject: identity.subject };
}

/** The claims were validated when the token was verified; the same bytes have the same claims. */
function identityIn({ token, trusted }: VerifiedToken): Identity {
  const claims = deepFreeze(reparseClaims(token)) as CheckedClaims;
  const subject = validateSubject(claims, trusted.rules);
  // Only a function of the application may say otherwise than before.
  if (subject instanceof Refusal) throw subject;
  return identityOf({ trusted, claims, subject });
}
