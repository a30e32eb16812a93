import type { Identity } from '../core/identity/identity.js';

/** What is used of an identity. */
type Caller = Pick<Identity, 'subject' | 'clientId' | 'scopes' | 'expiresAt'>;

/** `AuthInfo` of the MCP TypeScript SDK, versions 1 and 2, as far as an identity says it. */
export interface McpAuthInfo<Of extends Caller = Identity> {
  /** The access token, or an empty text. */
  token: string;
  clientId: string;
  scopes: string[];
  /** In seconds since the epoch. */
  expiresAt: number;
  /** Tools read the caller from `extra.identity`. */
  extra: { identity: Of } & Record<string, unknown>;
}

/**
 * A caller in the form in which the MCP TypeScript SDK hands it to tools, as `ctx.http.authInfo` (version 1:
 * `extra.authInfo`): `request.auth = authInfoOf(identity)` before `transport.handleRequest(request, …)`.
 *
 * It converts and decides nothing: any object of the shape of an {@link Identity} is taken. `clientId` is that
 * of the token, and the subject where the token names none. `resource` is not set: the audience was checked
 * against the configuration when the token was verified.
 *
 * @param identity who is calling.
 * @param token the access token, where tools must have it. Default: an empty text, so that no tool passes
 * on a token that was issued for this API.
 */
export function authInfoOf<Of extends Caller>(identity: Of, token = ''): McpAuthInfo<Of> {
  return {
    token,
    clientId: identity.clientId ?? identity.subject,
    scopes: [...identity.scopes],
    expiresAt: identity.expiresAt,
    extra: { identity },
  };
}
