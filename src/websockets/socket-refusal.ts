import { SafeLogger } from '../core/util/safe-logger.js';
import { WsException } from '@nestjs/websockets';
import type { RefusalBody } from '../core/refusals/refusal-presentation.js';
import { keepVerdict } from '../core/calls/connection-verdict.js';
import { ConnectedSocket } from './connected-socket.js';
import { WsRefusalException } from '../core/on-demand/websockets/ws-refusal.exception.js';

/** Why a socket is turned away: what it is told, and what its close code and reason are made of. */
export interface SocketRefusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
}

/** For a guard that returns `false` and throws no reason: a replacement in a test. */
export const FORBIDDEN: SocketRefusal = { status: 403, message: 'Forbidden resource' };

/** A socket that could not be checked is not let in; what went wrong is written to the log only. */
const UNEXPECTED: SocketRefusal = { status: 500, message: 'Internal server error' };

/** The refusal that something thrown at an admission means. */
export function socketRefusalOf(thrown: unknown): SocketRefusal {
  if (thrown instanceof WsRefusalException) return thrown.getError() as RefusalBody;
  new SafeLogger().error('a socket could not be checked and is turned away', thrown);
  return UNEXPECTED;
}

/** Tells a socket why it is closed, closes it, and refuses what it says meanwhile. */
export function turnAway(client: object, refusal: SocketRefusal): void {
  keepVerdict(client, Promise.resolve(new WsException(refusal)));
  const socket = new ConnectedSocket(client);
  socket.tell(refusal);
  socket.close(refusal.status, refusal.code ?? refusal.message);
}
