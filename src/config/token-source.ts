/** A token in a request header of that name. */
export interface NamedHeaderSource {
  /** Name of the header, in any case. `authorization` needs a {@link scheme}. */
  readonly header: string;
  /**
   * The scheme before the token, with a space after it, in upper or lower case. A value with another scheme
   * holds no token.
   * Neither `DPoP` nor, in `authorization`, `Bearer`: `'header'` reads these. Absent: the value is the token.
   */
  readonly scheme?: string;
  /** `'allowed'`: the same token in another source is not a second one; a different one always is. Absent: any is. */
  readonly same?: 'allowed';
}

/**
 * Where an access token may be in a request.
 *
 * - `'header'`: `Authorization: Bearer …` (RFC 6750 section 2.1).
 * - `{ header }`: a header of another name, such as `cf-access-jwt-assertion` of an identity-aware proxy.
 * - `{ cookie }`: the cookie of that name. Browsers send cookies by themselves: protect such an API against
 *   cross-site request forgery.
 * - `{ query }`: the query parameter of that name (RFC 6750 section 2.3). Addresses end up in logs.
 * - `{ body }`: the member of that name in a parsed request body (RFC 6750 section 2.2).
 * - a function of the request that returns the token, or `undefined` (or `null`) when there is none. It answers
 *   at once: a promise is a 503. Type its parameter as your own request type.
 *
 * In a gateway the request is the one that opened the socket: `{ headers, rawHeaders, query }`; `'header'` also
 * reads socket.io's `auth.token`. For a message to a microservice it is `{ headers, body, context }`:
 * `authorization` from the transport's metadata (over TCP and Redis from the payload), the payload, and what
 * Nest gives as `@Ctx()`.
 *
 * @see RFC 6750 section 2
 */
export type TokenSource =
  | 'header'
  | NamedHeaderSource
  | { readonly cookie: string }
  | { readonly query: string }
  | { readonly body: string }
  | TokenReader['read'];

/** As a method: of a function, TypeScript would take no parameter that is more than `unknown`. */
interface TokenReader {
  read(request: unknown): string | null | undefined;
}

/** Whether a source is a header of a name of its own. */
export function isNamedHeader(source: TokenSource): source is NamedHeaderSource {
  return typeof source === 'object' && 'header' in source;
}

/** The same with its header in lower case, as Node has them. */
export function tokenSourceInLowerCase(source: TokenSource): TokenSource {
  return isNamedHeader(source) ? { ...source, header: source.header.toLowerCase() } : source;
}
