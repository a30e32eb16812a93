import { slipOfJson } from '../refusals/malformed-token.js';
import { Refusal } from '../refusals/refusal.js';
import { beginsWith, isRepeated } from './header-lines.js';
import type { AuthenticationScheme, CredentialsRequest } from './exchange.js';

/** A token in `Authorization`, and the scheme before it. */
export interface AuthorizationCredentials {
  readonly scheme: AuthenticationScheme;
  readonly token: string;
}

const SPACE = 0x20;
/** RFC 9110 section 5.6.2: characters of a scheme name. */
const TCHAR = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;

/** The schemes that an application knows (RFC 6750 section 2.1, RFC 9449 section 7.1). */
export function schemesIn(config: {
  readonly dpop: object | undefined;
}): readonly AuthenticationScheme[] {
  return config.dpop === undefined ? ['Bearer'] : ['Bearer', 'DPoP'];
}

/**
 * `Authorization: Bearer token68` (RFC 6750 section 2.1), or another scheme that is known. Looks at each
 * character once at most.
 */
export function readAuthorization(
  request: CredentialsRequest,
  schemes: readonly AuthenticationScheme[],
): AuthorizationCredentials | undefined {
  const value = request.headers.authorization;
  if (value === undefined) return undefined;
  if (Array.isArray(value) || isRepeated(request, 'authorization'))
    throw new Refusal('invalid_request', 'credentials', 'more than one Authorization header');
  if (typeof value !== 'string')
    throw new Refusal(
      'token_malformed',
      'credentials',
      'the authorization of the message is not a string',
    );
  const scheme = schemes.find((name) => beginsWith(value, LETTERS[name]));
  if (scheme === undefined) return nothingIn(value);

  const { length } = scheme;
  let start = length;
  while (value.charCodeAt(start) === SPACE) start++;
  if (start === value.length) return undefined;
  if (start > length) return { scheme, token: value.slice(start) };
  if (TCHAR.test(value.charAt(start))) return nothingIn(value); // another scheme with this prefix
  if (value.charAt(start) === ',') throw joined(value);
  throw new Refusal('token_malformed', 'credentials', 'no space after the scheme');
}

/** In lower case. */
const LETTERS: Readonly<Record<AuthenticationScheme, string>> = { Bearer: 'bearer', DPoP: 'dpop' };

/** @throws Refusal when another scheme is followed by a token of a known one. */
function nothingIn(value: string): undefined {
  if (isJoined(value)) throw joined(value);
  return undefined;
}

/**
 * Whether a proxy or an adapter joined several credentials to one value (RFC 9110 section 5.3): a token
 * has no comma (RFC 6750 section 2.1), while parameters of another scheme are listed with commas.
 */
export function isJoined(value: string): boolean {
  if (!value.includes(',')) return false;
  if (beginsWith(value, 'bearer') && !TCHAR.test(value.charAt('bearer'.length))) return true;
  const unquoted = value.split('"').filter((_part, index) => index % 2 === 0);
  return /,[ \t]*(?:bearer|dpop)(?:[ \t,]|$)/i.test(unquoted.join('""'));
}

/** JSON has commas, too. */
export function joined(value: string): Refusal {
  const reason =
    slipOfJson(value.replace(/^(?:bearer|dpop) /i, '')) ??
    'several credentials in one Authorization header';
  return new Refusal('invalid_request', 'credentials', reason);
}
