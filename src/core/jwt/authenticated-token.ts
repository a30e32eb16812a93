import type { VerificationKey } from '../keys/key-source.js';
import type { CheckedClaims, Identity } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { Result } from '../refusals/refusal.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import type { RevocationNote } from '../revocation/revoked-marks.js';

/** A token that its issuer issued and that meets the issuer's terms, however that was checked. */
export interface AuthenticatedToken {
  readonly trusted: TrustedIssuer;
  /** Deeply frozen. */
  readonly claims: CheckedClaims;
  readonly subject: string;
}

/** Whose a token is. */
export interface AuthenticatedCaller {
  readonly trusted: TrustedIssuer;
  readonly identity: Identity;
  /** Kept by the revocation list, so that it reads a remembered token only once. */
  revocationNote?: RevocationNote | undefined;
}

/** A token that was authenticated before, with its caller. */
export type RememberedToken = AuthenticatedCaller;

/** What the verification of a token depended on. */
export interface Verification {
  /** The token's `iss`. */
  readonly issuer: string;
  /** The key that verified it; the verification holds only while the issuer has this key. */
  readonly key: VerificationKey;
  readonly trusted: TrustedIssuer;
  /** The time within which time alone changes nothing, in seconds since the epoch. */
  readonly validFromSeconds: number;
  readonly validUntilSeconds: number;
}

/** A verified token that was found again: a {@link RememberedToken} once its caller is known. */
export class VerifiedToken {
  /**
   * The caller; made when the token is first seen again. Many tokens never are, and claims take more
   * memory than the token.
   */
  identity: Identity | undefined = undefined;
  /** What the revocation list keeps about it. */
  revocationNote: RevocationNote | undefined = undefined;
  /** The revision of the trust list by which the issuer was last found trusted. */
  trustedAsOf: number | undefined = undefined;

  constructor(
    readonly token: string,
    readonly verification: Verification,
  ) {}

  get trusted(): TrustedIssuer {
    return this.verification.trusted;
  }
}

/** What becomes known while a token is authenticated, for observers. */
export interface Attempt {
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** The trusted issuer, as configured, once it is found. */
  issuer: string | undefined;
  /** Another attempt with the same bytes did the work, so only what may have changed was checked. */
  isShared: boolean;
}

/** Finds out who issued a token and what it claims: by its signature, or by asking its issuer. */
export interface TokenAuthenticator {
  /**
   * A token that was authenticated before, while everything it depended on still holds, except what the
   * application decides again on every request.
   */
  recall(token: string): RememberedToken | undefined;

  /**
   * @param attempt updated as more becomes known.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when the token can't be checked.
   */
  authenticate(token: string, attempt: Attempt): MaybeAsync<Result<AuthenticatedToken>>;
}
