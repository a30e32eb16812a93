import { canonicalTokenType, NON_ACCESS_TOKEN_TYPES } from '../jose/token-type.js';
import { Refusal } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { UnverifiedToken } from './unverified-token.js';

/** What the header alone rules out, before a key is looked for. */
export function validateHeader(
  { algorithm, type }: UnverifiedToken,
  { rules }: TrustedIssuer,
): Refusal | undefined {
  if (!rules.algorithms.has(algorithm))
    return new Refusal('signature_invalid', 'alg', '"alg" is not one of the algorithms');
  const canonical = canonicalTokenType(type);
  if (canonical !== null && NON_ACCESS_TOKEN_TYPES.has(canonical))
    return new Refusal('claims_invalid', 'typ', '"typ" says that it is no access token');
  if (!rules.tokenTypes.has(canonical))
    return new Refusal('claims_invalid', 'typ', '"typ" is not one of the tokenTypes');
  return undefined;
}
