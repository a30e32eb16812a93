import { type Clock, LONGEST_TIMER_MS } from '../core/util/clock.js';
import { type Identity, untilExpiryMs } from '../core/identity/identity.js';
import type { RevocationList } from '../core/revocation/revocation-list.js';
import { ConnectedSocket } from './connected-socket.js';
import type { SocketAdmissionOptions } from './socket-admission-options.js';
import { type SocketRefusal, turnAway } from './socket-refusal.js';

interface Watched extends SocketAdmissionOptions {
  readonly client: object;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly revocations: RevocationList | undefined;
  /** Checks the socket's token as at its admission. */
  readonly recheck: () => Promise<SocketRefusal | undefined>;
}

/** Closes a socket whose token is no longer good. One timer a socket, and none when it has gone. */
export function watchSocket(watched: Watched): void {
  const { client, clock, identity, recheck, closeOnExpiry = true, recheckSeconds } = watched;
  const { revocations } = watched;
  const socket = new ConnectedSocket(client);
  let stop = (): void => undefined;
  let judging = false;
  let isRevoked = false;

  const isExpired = (): boolean => clock.now() >= identity.expiresAt * 1_000;
  const schedule = (): void => {
    const delays = [
      ...(closeOnExpiry ? [untilExpiryMs(identity, clock.now())] : []),
      ...(recheckSeconds === undefined ? [] : [recheckSeconds * 1_000]),
    ];
    if (delays.length === 0) return;
    stop = clock.after(Math.min(...delays, LONGEST_TIMER_MS), () => void look());
  };
  const look = async (): Promise<void> => {
    stop();
    // First: an `isRevoked` that never settles must not keep the token from expiring.
    schedule();
    // A check that is under way may have begun before the mark came.
    if (judging && !isExpired() && !isRevoked) return;
    judging = true;
    const refusal = await recheck();
    judging = false;
    // A token that could not be checked stays good until it expires.
    const isGood = refusal === undefined || (refusal.status === 503 && !isExpired());
    if (isGood || !socket.isOpen) return;
    stop();
    turnAway(client, refusal);
  };

  const forget = revocations?.watchFor(identity, () => {
    isRevoked = true;
    void look();
  });
  socket.onClosed(() => {
    stop();
    forget?.();
  });
  schedule();
}
