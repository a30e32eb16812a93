import type { CheckedClaims, Identity } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { Result } from '../refusals/refusal.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import type { RevocationNote } from '../revocation/revoked-marks.js';

/** A token that is its issuer's and meets the issuer's terms, whichever way that was found out. */
export interface AuthenticatedToken {
  readonly trusted: TrustedIssuer;
  /** Deeply frozen. */
  readonly claims: CheckedClaims;
  readonly subject: string;
}

/** Whose a token is. */
export interface JudgedCaller {
  readonly trusted: TrustedIssuer;
  readonly identity: Identity;
  /** Kept by the revocation list, so that it looks at a token that is remembered once. */
  revocationNote?: RevocationNote | undefined;
}

/** A token that was authenticated before, and whose it is. */
export type RememberedToken = JudgedCaller;

/** What is learnt while a token is authenticated, for observers. */
export interface Attempt {
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** The trusted issuer, as configured, once it is found. */
  issuer: string | undefined;
  /** Another attempt at these very bytes has done the work, so that only what may have changed was checked. */
  isShared: boolean;
}

/** A way to find out whose a token is and what it claims: by its signature, or by asking its issuer. */
export interface TokenAuthenticator {
  /**
   * A token that was authenticated before, while all that it rested on still holds, but for what the
   * application decides anew on every request.
   */
  recall(token: string): RememberedToken | undefined;

  /**
   * @param attempt noted here as it is learnt.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when it can't be told.
   */
  authenticate(token: string, attempt: Attempt): MaybeAsync<Result<AuthenticatedToken>>;
}
