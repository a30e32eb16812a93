import { keepVerdict } from '../core/calls/connection-verdict.js';
import { type Admission, authenticateConnection } from './socket-admission.js';

/** A middleware of socket.io: `server.use(…)`. */
export type SocketMiddleware = (
  socket: object,
  next: (error?: Error & { readonly data?: unknown }) => void,
) => Promise<void>;

/** What is used of a server of socket.io, or of one of its namespaces. */
interface SocketIoServer {
  use(middleware: SocketMiddleware): unknown;
}

export function isSocketIoServer(server: unknown): server is SocketIoServer {
  const { use, fetchSockets } = Object(server) as Record<string, unknown>;
  return typeof use === 'function' && typeof fetchSockets === 'function';
}

/**
 * Refuses a socket before it is connected: the client's `connect_error` has the documented body as
 * `error.data`.
 *
 * @param onLetIn called for a socket that may connect, before it does.
 */
export function judgingMiddleware(
  admission: Admission,
  onLetIn: (socket: object) => void,
): SocketMiddleware {
  return async (socket, next) => {
    const refusal = await authenticateConnection(socket, undefined, admission);
    if (refusal !== undefined)
      return next(Object.assign(new Error(refusal.message), { data: refusal }));
    keepVerdict(socket, Promise.resolve(undefined));
    onLetIn(socket);
    next();
  };
}
