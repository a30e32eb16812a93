import type { TokenSource } from '../config/token-source.js';
import { Refusal } from '../core/refusals/refusal.js';
import type { CredentialsRequest } from '../core/calls/exchange.js';

const PREFIX = 'bearer.';

/**
 * A token source for browsers, whose `WebSocket` sets no headers: the subprotocol `bearer.` and the token,
 * behind that which the socket is to speak, as `new WebSocket(url, ['chat', 'bearer.' + token])`. Use it
 * in `tokenSources`, and {@link selectSubprotocol} in the gateway's options.
 *
 * @throws Refusal `invalid_request` when there are several.
 */
export const subprotocolToken: TokenSource = (request) => {
  const { 'sec-websocket-protocol': offered = '' } = (request as CredentialsRequest).headers;
  const tokens = String(offered)
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol.startsWith(PREFIX));
  if (tokens.length > 1)
    throw new Refusal('invalid_request', 'credentials', 'tokens in several subprotocols');
  return tokens[0]?.slice(PREFIX.length);
};

/**
 * The `handleProtocols` of ws, as in `@WebSocketGateway({ handleProtocols: selectSubprotocol })`: the first
 * subprotocol that is no token. Left alone, ws answers with the first of all, which may be the token.
 *
 * @returns `false` when only a token was offered; clients then fail the connection (RFC 6455 section 4.1).
 */
export function selectSubprotocol(offered: ReadonlySet<string>): string | false {
  return [...offered].find((protocol) => !protocol.startsWith(PREFIX)) ?? false;
}
