import type { NamedHeaderSource } from '../../config/token-source.js';
import { Refusal } from '../refusals/refusal.js';
import type { CredentialsRequest } from './exchange.js';
import { isRepeated } from './header-lines.js';

/**
 * The token in a header of a name of its own, which an identity-aware proxy sets: the whole value, or what
 * follows the scheme where one is configured.
 *
 * @param source its header in lower case.
 * @throws Refusal `invalid_request` when the header came more than once, also joined to one.
 */
export function readNamedHeader(
  { header, scheme }: NamedHeaderSource,
  request: CredentialsRequest,
): string | undefined {
  const value: unknown = request.headers[header];
  if (value === undefined || value === null || value === '') return undefined;
  // Node joins the lines of such a header with commas, which no token has (RFC 6750 section 2.1).
  if (Array.isArray(value) || isRepeated(request, header)) throw repeated();
  if (typeof value !== 'string')
    throw new Refusal('token_malformed', 'credentials', 'the token’s header is not a string');
  const token = scheme === undefined ? value : behindScheme(value, scheme);
  if (token?.includes(',')) throw repeated();
  return token;
}

function repeated(): Refusal {
  return new Refusal('invalid_request', 'credentials', 'the token’s header came twice');
}

/** RFC 9110 section 11.4: a scheme in any case, spaces, and the credentials. */
function behindScheme(value: string, scheme: string): string | undefined {
  if (value.slice(0, scheme.length).toLowerCase() !== scheme.toLowerCase()) return undefined;
  const rest = value.slice(scheme.length);
  const token = rest.trimStart();
  return token === '' || token === rest ? undefined : token;
}
