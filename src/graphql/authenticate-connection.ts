import type { AccessTokenVerifier } from '../core/guard/access-token-verifier.js';
import type { Identity } from '../core/identity/identity.js';
import type { CredentialsRequest } from '../core/calls/exchange.js';
import { handshakeRequestOf } from '../core/calls/graphql-handshake.js';
import { systemClock } from '../core/util/clock.js';
import { type ClosableSocket, closeFor, closeWithToken } from './socket-closing.js';

/** A connection as graphql-ws hands it to `onConnect`, or the `connection_init` that Mercurius does. */
export interface GraphQLConnection {
  /** graphql-ws: the payload of `connection_init`. */
  readonly connectionParams?: unknown;
  /** Mercurius: the same. */
  readonly payload?: unknown;
  /** graphql-ws: the socket, and the request that became it. */
  readonly extra?: unknown;
}

/** An `onConnect`: whether the connection may be used. */
export type ConnectionAuthenticator = (
  this: unknown,
  connection: GraphQLConnection,
) => Promise<boolean>;

/** What graphql-ws has of a connection in `extra`. */
interface ConnectionParts {
  readonly request?: CredentialsRequest;
  readonly socket?: ClosableSocket;
}

/**
 * An `onConnect` that lets in only connections with a good access token: `Authorization` of the
 * connection parameters, or what `tokenSources` finds in the request that became the WebSocket.
 *
 * Other sockets are closed, with the refusal's code as reason: 4401 when no token came, 4403 when it was
 * refused, 1013 when it could not be checked. The same happens once the token expires, or is revoked
 * through `Revocations`.
 *
 * What an operation may do is decided by `JwtAuthGuard`, which reads the same token again.
 *
 * @param verifier the application's: `inject: [AccessTokenVerifier]`.
 */
export function authenticateConnection(verifier: AccessTokenVerifier): ConnectionAuthenticator {
  return async function (this: unknown, { connectionParams, payload, extra }) {
    const { request: upgrade, socket } = extra === undefined ? partsOf(this) : partsIn(extra);
    const request = handshakeRequestOf({ params: connectionParams ?? payload, upgrade });
    // A replacement in a test may have neither.
    const { clock = systemClock, revocations } = verifier as Partial<AccessTokenVerifier>;
    const recheck = (): Promise<Identity> => verifier.verifyRequest(request);
    try {
      const identity = await recheck();
      if (socket) closeWithToken(socket, { identity, recheck, clock, revocations });
      return true;
    } catch (error) {
      if (socket) closeFor(error, socket);
      return false;
    }
  };
}

function partsIn(extra: unknown): ConnectionParts {
  return Object(extra) as ConnectionParts;
}

/** Mercurius gives `connection_init` alone, but calls `onConnect` as a method of its connection. */
function partsOf(connection: unknown): ConnectionParts {
  const { socket, context } = Object(connection) as {
    readonly socket?: ClosableSocket;
    readonly context?: Pick<ConnectionParts, 'request'>;
  };
  return { ...(socket && { socket }), ...(context?.request && { request: context.request }) };
}
