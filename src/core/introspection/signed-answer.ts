import { canonicalTokenType } from '../jose/token-type.js';
import type { JwtAuthenticator } from '../jwt/jwt-authenticator.js';
import { selectKeys } from '../jwt/select-keys.js';
import { isExpired } from '../jwt/time-rules.js';
import { parseUnverifiedToken } from '../jwt/unverified-token.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { Refusal } from '../refusals/refusal.js';
import { IntrospectionFailure } from './introspection-failure.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';

/** The media type of a signed answer (RFC 9701 section 5), and its `typ`. */
export const SIGNED_ANSWER_TYPE = 'application/token-introspection+jwt';

/** Finds out which key of the issuer made a signature. */
export type Signatures = Pick<JwtAuthenticator, 'verifySignature'>;

/**
 * What a signed answer says (RFC 9701 section 5).
 *
 * @returns its `token_introspection`.
 * @throws IntrospectionFailure `unusable`, when it is not the issuer's, not for this API, or not new.
 * @throws Refusal `keys_unavailable` when the issuer's keys can't be fetched.
 */
export async function signedAnswer(
  text: string,
  trusted: TrustedIssuer,
  { signatures, nowSeconds }: { readonly signatures: Signatures; readonly nowSeconds: number },
): Promise<unknown> {
  const token = parseUnverifiedToken(text);
  if (token instanceof Refusal) throw unusable('is not a JWS');
  const { policy } = trusted;
  if (canonicalTokenType(token.type) !== canonicalTokenType(SIGNED_ANSWER_TYPE))
    throw unusable('has another "typ" than token-introspection+jwt');
  if (!policy.algorithms.has(token.algorithm))
    throw unusable('is signed with an algorithm that is not one of algorithms');
  const { claims } = token;
  if (!policy.acceptedIssuers.includes(claims['iss'] as string))
    throw unusable('has another "iss" than the issuer');
  // Its `exp`, if any, is not the token's; a key that is not here may be new.
  const request = { ...token, claims: { ...claims, exp: undefined } };
  const keys = await selectKeys(request, trusted, nowSeconds);
  if (keys instanceof Refusal) throw unusable('is signed with a key that the issuer does not have');
  if ((await signatures.verifySignature(request, trusted, keys)) instanceof Refusal)
    throw unusable('has a signature that does not verify');
  checkAudience(claims['aud'], trusted);
  checkAge(claims, trusted, nowSeconds);
  return claims['token_introspection'];
}

/** RFC 9701 section 5: whether it is for this API, by its name at the server or by its resource. */
function checkAudience(aud: unknown, { policy }: TrustedIssuer): void {
  const { clientId } = policy.introspection ?? {};
  const isForUs = (name: unknown): boolean =>
    typeof name === 'string' && (name === clientId || (policy.audience?.has(name) ?? false));
  if (![aud].flat().some(isForUs)) throw unusable('is for another API ("aud")');
}

/** An old answer may be from a time when the token was still active. */
function checkAge(
  { iat, exp }: Readonly<Record<string, unknown>>,
  { policy }: TrustedIssuer,
  nowSeconds: number,
): void {
  const { clockToleranceSeconds } = policy;
  if (typeof iat !== 'number') throw unusable('has no "iat"');
  if (iat - clockToleranceSeconds > nowSeconds) throw unusable('has an "iat" in the future');
  const isOld = iat + INTROSPECTION_LIMITS.signedAnswerSeconds + clockToleranceSeconds < nowSeconds;
  const isOver =
    exp !== undefined && (typeof exp !== 'number' || isExpired(exp, policy, nowSeconds));
  if (isOld || isOver) throw unusable('is too old');
}

function unusable(what: string): IntrospectionFailure {
  return new IntrospectionFailure('unusable', `the signed answer ${what}`);
}
