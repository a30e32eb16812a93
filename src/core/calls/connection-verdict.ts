import type { ExecutionContext } from '@nestjs/common';
import { checksConnections } from './checked-connection.js';
import { waitsForNobody } from './socket-exchange.js';

/** What the messages of a socket are refused with; `undefined` when its connection may stay. Never rejects. */
export type ConnectionVerdict = Promise<Error | undefined>;

/** Registered, so that two copies of this package in one process know each other's sockets. */
const VERDICT = Symbol.for('nestjs-trusted-issuers:connection-verdict');

/**
 * Has the messages of a socket wait for what its connection is judged to be. To be called before the
 * socket's first message: Nest waits for no `handleConnection`, and closing takes as long as the client
 * likes.
 */
export function keepVerdict(client: object, verdict: ConnectionVerdict): void {
  const earlier = verdictOn(client);
  // Gateways may share a server, and a socket with it: to be turned away by one of them is enough.
  const value = earlier
    ? Promise.all([earlier, verdict]).then(([first, second]) => first ?? second)
    : verdict;
  Object.defineProperty(client, VERDICT, { value, configurable: true });
}

/**
 * Waits until the socket of a message is let in; `undefined` where nobody judges connections.
 *
 * @throws Error as a rejection, for a socket that was turned away; at once, for one that is not judged
 * where all are.
 */
export function whenLetIn(context: ExecutionContext): Promise<void> | undefined {
  if (waitsForNobody(context)) return undefined;
  const verdict = verdictOn(context.switchToWs().getClient<object>());
  if (verdict !== undefined) return letIn(verdict);
  // Nest makes a request-scoped gateway for a connection first, and messages may overtake that.
  if (checksConnections(context.getClass()))
    throw new Error(
      `${context.getClass().name} was reached by a message of a socket before its connection was judged.`,
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
