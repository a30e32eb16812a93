import type { TokenSource } from '../../config/token-source.js';
import type { ChallengeDetails } from '../refusals/challenge.js';
import { Refusal } from '../refusals/refusal.js';
import type { AuthenticationScheme, CredentialsRequest } from './exchange.js';

/** Schemes that clients use in place of `Bearer`; RFC 9110 section 11.1 compares them without case. */
const OTHER_SCHEMES = ['Basic', 'Digest', 'DPoP', 'Negotiate', 'Token', 'JWT'];

/**
 * Why no token was found: where it was looked for, and what is there instead.
 *
 * @param details what the challenge asks of a token.
 */
export function missingToken(
  request: CredentialsRequest,
  sources: readonly TokenSource[],
  schemes: readonly AuthenticationScheme[],
  details: ChallengeDetails | undefined,
): Refusal {
  const value: unknown = sources.includes('header') ? request.headers.authorization : undefined;
  const hint = typeof value === 'string' ? whatThereIs(value, schemes) : undefined;
  const places = sources.map(placeOf).join(', ');
  return new Refusal(
    'auth_required',
    'credentials',
    hint ?? `no bearer token in the request; looked for in: ${places}`,
    details && { details },
  );
}

/** Looks only at the first characters, because the text is unverified. */
function whatThereIs(value: string, schemes: readonly AuthenticationScheme[]): string | undefined {
  const text = value.slice(0, 40).trim().toLowerCase();
  if (text === '') return undefined;
  const bare = schemes.find((scheme) => text === scheme.toLowerCase());
  if (bare !== undefined)
    return `the scheme "${bare}" in the Authorization header has no token after it`;
  if (/^["']?eyj[\w-]+$/.test(text.split('.', 1)[0] ?? ''))
    return 'the Authorization header has a token without "Bearer " before it';
  const other = OTHER_SCHEMES.find((scheme) => text.split(' ', 1)[0] === scheme.toLowerCase());
  const expected = schemes.map((scheme) => `"${scheme}"`).join(' or ');
  return other === undefined
    ? `the Authorization header has no scheme ${expected}`
    : `the Authorization header has the scheme "${other}", and ${expected} is expected`;
}

function placeOf(source: TokenSource): string {
  if (source === 'header') return 'Authorization';
  if (typeof source === 'function') return 'a function of tokenSources';
  const [[kind, name] = []] = Object.entries(source);
  return `${kind} ${JSON.stringify(name)}`;
}
