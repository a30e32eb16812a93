import type { ExecutionContext } from '@nestjs/common';
import { checksConnections } from './checked-connection.js';
import { waitsForNobody } from './socket-exchange.js';

/** What the messages of a socket are refused with; `undefined` when its connection may stay. Never rejects. */
export type ConnectionVerdict = Promise<Error | undefined>;

/** Registered, so that two copies of this package in one process know each other's sockets. */
const VERDICT = Symbol.for('nestjs-trusted-issuers:connection-verdict');

/**
 * Makes the messages of a socket wait for the verdict on its connection. Call it before the socket's first
 * message: Nest waits for no `handleConnection`, and a client can delay the closing of its socket.
 */
export function keepVerdict(client: object, verdict: ConnectionVerdict): void {
  const earlier = verdictOn(client);
  // Gateways that share a server share its sockets: one of them is enough to turn a socket away.
  const value = earlier
    ? Promise.all([earlier, verdict]).then(([first, second]) => first ?? second)
    : verdict;
  Object.defineProperty(client, VERDICT, { value, configurable: true });
}

/**
 * Waits until the socket of a message is let in; `undefined` where connections are not checked.
 *
 * @throws Error as a rejection, for a socket that was turned away; synchronously, for one whose connection
 * was not checked though its gateway checks connections.
 */
export function whenLetIn(context: ExecutionContext): Promise<void> | undefined {
  if (waitsForNobody(context)) return undefined;
  const verdict = verdictOn(context.switchToWs().getClient<object>());
  if (verdict !== undefined) return letIn(verdict);
  // Nest makes a request-scoped gateway for a connection first, and messages may overtake that.
  if (checksConnections(context.getClass()))
    throw new Error(
      `${context.getClass().name} was reached by a message of a socket before its connection was checked.`,
    );
  return undefined;
}

async function letIn(verdict: ConnectionVerdict): Promise<void> {
  const refusal = await verdict;
  if (refusal !== undefined) throw refusal;
}

function verdictOn(client: object): ConnectionVerdict | undefined {
  return (client as { [VERDICT]?: ConnectionVerdict })[VERDICT];
}
