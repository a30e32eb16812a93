import type { IssuerPolicy } from '../../config/resolved-config.js';
import { canonicalTokenType, NON_ACCESS_TOKEN_TYPES } from '../jose/token-type.js';
import { expectedValues } from '../refusals/expected-values.js';
import { Refusal } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { UnverifiedToken } from './unverified-token.js';

/** What the header alone rules out, before a key is looked for. */
export function validateHeader(
  token: UnverifiedToken,
  { policy }: TrustedIssuer,
): Refusal | undefined {
  if (!policy.algorithms.has(token.algorithm))
    return new Refusal('signature_invalid', 'alg', reasonForAlgorithm(token, policy));
  const type = canonicalTokenType(token.type);
  const isOther = type !== null && NON_ACCESS_TOKEN_TYPES.has(type);
  if (isOther || !policy.tokenTypes.has(type))
    return new Refusal('claims_invalid', 'typ', reasonForType(token, isOther, policy));
  return undefined;
}

function reasonForAlgorithm(
  { algorithm, header }: UnverifiedToken,
  { algorithms }: IssuerPolicy,
): string {
  const reason = `"alg" is not one of the algorithms (${[...algorithms].join(', ')})`;
  if (algorithm.toLowerCase() === 'none') return `${reason}: the token is not signed`;
  if ('enc' in header) return `${reason}: the token is encrypted (JWE)`;
  if (algorithm.startsWith('HS'))
    return `${reason}: the token is signed with a shared secret, which only keys.secret verifies`;
  return reason;
}

function reasonForType(
  { type }: UnverifiedToken,
  isOther: boolean,
  { tokenTypes }: IssuerPolicy,
): string {
  const expected = `tokenTypes (${expectedValues(tokenTypes)})`;
  if (isOther) return `"typ" says that it is no access token; accepted: ${expected}`;
  return `"typ" is ${type === null ? 'absent, and absence is not' : 'not'} one of the ${expected}`;
}
