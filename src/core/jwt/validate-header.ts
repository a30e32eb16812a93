import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { canonicalTokenType, NON_ACCESS_TOKEN_TYPES } from '../jose/token-type.js';
import { expectedValues } from '../refusals/expected-values.js';
import { Refusal } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { kindOf } from '../util/shown-value.js';
import { NOT_CANONICAL, type UnverifiedToken } from './unverified-token.js';

/** What the header alone rules out, before a key is looked for. */
export function validateHeader(
  token: UnverifiedToken,
  { policy }: TrustedIssuer,
): Refusal | undefined {
  // RFC 7515 section 2: no padding, unless this issuer is known for it.
  if (token.isPadded && !policy.allowPadding)
    return new Refusal('token_malformed', 'form', NOT_CANONICAL);
  if (!policy.algorithms.has(token.algorithm))
    return new Refusal('signature_invalid', 'alg', reasonForAlgorithm(token, policy));
  const type = canonicalTokenType(token.type);
  const isOther = type !== null && NON_ACCESS_TOKEN_TYPES.has(type);
  if (isOther || !policy.tokenTypes.has(type))
    return new Refusal('claims_invalid', 'typ', reasonForType(token, isOther, policy));
  return checkRequiredHeader(token, policy);
}

/** Before a key is looked for: whose key it is may depend on it. */
function checkRequiredHeader(
  { header }: UnverifiedToken,
  { requiredHeader }: IssuerPolicy,
): Refusal | undefined {
  for (const [name, expected] of requiredHeader) {
    const value = Object.hasOwn(header, name) ? header[name] : undefined;
    if (typeof value === 'string' && expected.has(value)) continue;
    const what =
      value === undefined ? 'absent' : typeof value === 'string' ? 'another' : kindOf(value);
    const reason = `"${name}" of the header is not as configured: it is ${what}; expected: ${expectedValues(expected)}`;
    return new Refusal('claims_invalid', 'header', reason, { claim: name });
  }
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
