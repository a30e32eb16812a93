import type { Claims } from '../identity/identity.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import type { AuthenticatedToken } from './authenticated-token.js';
import { validateClaims } from './validate-claims.js';
import { validateSubject } from './validate-subject.js';

/**
 * Holds what a token says against its issuer's terms, whether its signature or its issuer vouches for it.
 *
 * @param said deeply frozen: what the application's predicates are shown, they can't change for the next one.
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function validateToken(
  said: Claims,
  trusted: TrustedIssuer,
  nowSeconds: number,
): Result<AuthenticatedToken> {
  const { policy } = trusted;
  const claims = validateClaims(said, policy, nowSeconds);
  if (claims instanceof Refusal) return claims;
  const subject = validateSubject(claims, policy);
  return subject instanceof Refusal ? subject : { trusted, claims, subject };
}
