import type { Clock } from '../util/clock.js';
import { type CheckedClaims, deepFreeze, type Identity } from '../identity/identity.js';
import { identityOf } from '../identity/identity-mapper.js';
import type { VerificationKey } from '../keys/key-source.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { Refusal, refusalOfError, type Result } from '../refusals/refusal.js';
import type { AuthenticatedToken, RememberedToken, VerifiedToken } from './authenticated-token.js';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';
import { reparseClaims } from './unverified-token.js';
import { acceptedBetween } from './time-rules.js';
import { validateRequiredClaims, validateSubject } from './validate-claims.js';
import { lookUpKeyOf, VerifiedTokenCache } from './verified-token-cache.js';

/** Remembers verified tokens, for as long as everything that the verification depended on holds. */
export class VerifiedTokenMemory {
  private readonly cache: VerifiedTokenCache;
  private readonly underWay = new Map<number, UnderWay>();
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
   * Checks again what can change meanwhile, so the answer is the one that verification would give now,
   * except for what the application decides again on every request.
   *
   * @throws Refusal when a function of the application fails, or gives another answer than before.
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
      this.isTrusted(verified) &&
      trusted.keys.isCurrent(key, nowMs);
    if (!holds) {
      this.cache.remove(token);
      return undefined;
    }
    try {
      verified.identity ??= identityIn(verified);
    } catch (error) {
      throw refusalOfError(error).of({ issuer: trusted.policy.issuer, durationMs: undefined });
    }
    return verified as RememberedToken;
  }

  /**
   * Fields of one query and requests of one page arrive together: the first does the work for all that found
   * the same issuer. After a change of the issuer's terms, the work is done again.
   */
  once(
    token: string,
    trusted: TrustedIssuer,
    verify: () => MaybeAsync<Result<AuthenticatedToken>>,
  ): MaybeAsync<Result<AuthenticatedToken>> {
    const remembered = this.recall(token);
    if (remembered) return askedAnew(authenticatedBy(remembered));
    const key = lookUpKeyOf(token);
    const known = this.underWay.get(key);
    if (known?.token === token && known.trusted === trusted) return known.verifying.then(askedAnew);
    const verifying = verify();
    if (!isPromise(verifying)) return verifying;
    const own = { token, trusted, verifying };
    this.underWay.set(key, own);
    const forget = (): void => {
      if (this.underWay.get(key) === own) this.underWay.delete(key);
    };
    verifying.then(forget, forget);
    return verifying;
  }

  remember(token: string, claims: Identity['claims'], by: VerifiedBy): void {
    const { trusted, key } = by;
    const { fromSeconds, untilSeconds } = acceptedBetween(claims, trusted.policy);
    const { issuer } = trusted.policy;
    this.cache.put(token, {
      // Reuses the configured string when it is equal, so that the one from the token is not kept.
      issuer: claims['iss'] === issuer ? issuer : String(claims['iss']),
      trusted,
      key,
      validFromSeconds: fromSeconds,
      validUntilSeconds: Math.min(untilSeconds, this.clock.now() / 1_000 + this.maxAgeSeconds),
    });
  }

  /** Looks it up only after the list has changed: in a long list that takes longer than all the rest. */
  private isTrusted(verified: VerifiedToken): boolean {
    const { revision } = this.trustedIssuers;
    // Not set for a new token: the list may have changed since the issuer was looked up.
    if (revision !== undefined && verified.trustedAsOf === revision) return true;
    const { trusted, verification } = verified;
    if (!this.trustedIssuers.isTrusted(trusted, verification.issuer)) return false;
    verified.trustedAsOf = revision;
    return true;
  }
}

/** A token that is being verified now. */
interface UnderWay {
  readonly token: string;
  readonly trusted: TrustedIssuer;
  readonly verifying: Promise<Result<AuthenticatedToken>>;
}

/** The issuer and the key that verified a token. */
interface VerifiedBy {
  readonly trusted: TrustedIssuer;
  readonly key: VerificationKey;
}

export function authenticatedBy({ trusted, identity }: RememberedToken): AuthenticatedToken {
  return { trusted, claims: identity.claims as CheckedClaims, subject: identity.subject };
}

/** Checks what the application decides on every request, for a token that was authenticated earlier. */
export function askedAnew(result: Result<AuthenticatedToken>): Result<AuthenticatedToken> {
  if (result instanceof Refusal) return result;
  return validateRequiredClaims(result.claims, result.trusted.policy.requiredClaims) ?? result;
}

/** The claims were validated when the token was verified; the same bytes have the same claims. */
function identityIn({ token, trusted }: VerifiedToken): Identity {
  const claims = deepFreeze(reparseClaims(token)) as CheckedClaims;
  const subject = validateSubject(claims, trusted.policy);
  // Only a function of the application may give another answer than before.
  if (subject instanceof Refusal) throw subject;
  return identityOf({ trusted, claims, subject });
}
