import type { Clock } from '../clock.js';
import type { Identity } from '../identity/identity.js';
import { LONGEST_TIMER_MS, untilExpiryMs } from '../identity/until-expiry.js';
import { ConnectedSocket } from './connected-socket.js';
import type { SocketAdmissionOptions } from './socket-admission.options.js';
import { type SocketRefusal, turnAway } from './socket.refusal.js';

interface Watched extends SocketAdmissionOptions {
  readonly client: object;
  readonly identity: Identity;
  readonly clock: Clock;
  /** Judges the socket's token as at its admission. */
  readonly judge: () => Promise<SocketRefusal | undefined>;
}

/** Closes a socket whose token is no longer good. One timer a socket, and none when it has gone. */
export function watchSocket(watched: Watched): void {
  const { client, clock, identity, judge, closeOnExpiry = true, recheckSeconds } = watched;
  const socket = new ConnectedSocket(client);
  let timer: NodeJS.Timeout | undefined;

  const schedule = (): void => {
    const delays = [
      ...(closeOnExpiry ? [untilExpiryMs(identity, clock.now())] : []),
      ...(recheckSeconds === undefined ? [] : [recheckSeconds * 1_000]),
    ];
    if (delays.length === 0) return;
    timer = setTimeout(() => void look(), Math.min(...delays, LONGEST_TIMER_MS));
    timer.unref();
  };
  const look = async (): Promise<void> => {
    const refusal = await judge();
    if (!socket.isOpen) return;
    const expired = clock.now() >= identity.expiresAt * 1_000;
    // Before it expires, a token that could not be judged is not bad for that.
    if (refusal === undefined || (refusal.status === 503 && !expired)) return schedule();
    turnAway(client, refusal);
  };

  socket.onClosed(() => clearTimeout(timer));
  schedule();
}
