/** A token in a request header of that name. */
export interface NamedHeaderSource {
  /** Name of the header, in any case. `authorization` needs a {@link scheme}. */
  readonly header: string;
  /** What stands before the token, with a space between, in any case; a value with another one holds no token. Neither `DPoP` nor, in `authorization`, `Bearer`: `'header'` reads these. Absent: the value is the token. */
  readonly scheme?: string;
  /** `'allowed'`: the very same token in another source is no second one. A different one always is. Absent: it is. */
  readonly same?: 'allowed';
}

/**
 * Where an access token may stand in a request (RFC 6750 section 2).
 *
 * - `'header'`: `Authorization: Bearer …` (section 2.1).
 * - `{ header }`: a header of another name, such as `cf-access-jwt-assertion` of an identity-aware proxy.
 * - `{ cookie }`: a cookie of that name. Cookies travel on their own: protect such an API against
 *   cross-site request forgery.
 * - `{ query }`: a query parameter of that name (section 2.3). Addresses end up in logs.
 * - `{ body }`: a member of a parsed request body of that name (section 2.2).
 * - a function of the request that returns the token, or `undefined` (or `null`) when there is none. It
 *   answers at once: a promise is a 503. Its parameter may have whatever type the requests are known to have.
 *
 * In a gateway the request is the one that opened the socket: `{ headers, rawHeaders, query }`; `'header'`
 * is also socket.io's `auth.token`. Of a message to a microservice it is `{ headers, body, context }`: what
 * stands in the transport's metadata as `authorization` (or, over TCP and Redis, in the payload), the
 * payload, and what Nest gives as `@Ctx()`.
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
