import { type Claims, deepFreeze } from '../identity/identity.js';
import type { AuthenticatedToken } from '../jwt/authenticated-token.js';
import { validateToken } from '../jwt/validate-claims.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { expectedValues } from '../refusals/expected-values.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import { kindOf } from '../util/shown-value.js';

/**
 * Holds the members of an active answer against the issuer's terms, as the claims of a JWT are.
 *
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function introspectedToken(
  members: Claims,
  trusted: TrustedIssuer,
  nowSeconds: number,
): Result<AuthenticatedToken> {
  const said = claimsOfAnswer(members, trusted);
  return said instanceof Refusal ? said : validateToken(said, trusted, nowSeconds);
}

/**
 * The members of an answer as claims, deeply frozen. An answer need not name its issuer: who was asked is known.
 *
 * @returns a refusal `issuer_untrusted`, where it names another.
 */
export function claimsOfAnswer(members: Claims, trusted: TrustedIssuer): Result<Claims> {
  const { policy } = trusted;
  const stated = Object.hasOwn(members, 'iss') ? members['iss'] : policy.issuer;
  if (typeof stated === 'string' && policy.acceptedIssuers.includes(stated))
    return deepFreeze({ ...members, iss: stated });
  return new Refusal('issuer_untrusted', 'issuer', issuerReason(stated, trusted));
}

function issuerReason(stated: unknown, { policy }: TrustedIssuer): string {
  const what = typeof stated === 'string' ? 'another issuer' : `${kindOf(stated)}, not a string`;
  return `"iss" of the introspection answer is ${what}; asked: ${expectedValues([policy.issuer])}`;
}
