import { type Identity, untilExpiryMs } from '../core/identity/identity.js';
import type { AnyRefusalException } from '../core/refusals/exception-of.js';
import type { RefusalBody } from '../core/refusals/refusal-presentation.js';
import type { RevocationList } from '../core/revocation/revocation-list.js';
import type { Clock } from '../core/util/clock.js';

/** What is used of a `ws` socket. */
export interface ClosableSocket {
  readonly readyState: number;
  readonly OPEN: number;
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
}

/** What watches over a socket, on the socket itself, so that it goes when that goes. */
interface Watch {
  current: AbortController;
}

/** Registered, so that two copies of this package in one process know each other's sockets. */
const WATCH = Symbol.for('nestjs-trusted-issuers:graphql-watch');

/** graphql-ws' codes: its clients take the first for final and connect again after the second. */
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
/** "Try again later", in the registry of RFC 6455 section 11.7. */
const TRY_AGAIN_LATER = 1013;

/** Closes a socket whose token was refused; the reason is the code, as far as it is disclosed. */
export function closeFor(refusal: unknown, socket: ClosableSocket): void {
  const { code } = (refusal as AnyRefusalException).getResponse() as RefusalBody;
  socket.close(closeCodeOf(code), code);
}

/** Whose token let a socket in, and who says whether it still does. */
interface Admitted {
  readonly identity: Identity;
  readonly recheck: () => Promise<Identity>;
  readonly clock: Clock;
  readonly revocations: RevocationList | undefined;
}

/**
 * Closes a socket when its token is no longer accepted: `recheck` is called when it expires or is revoked.
 * Only the token that came last counts.
 */
export function closeWithToken(
  socket: ClosableSocket,
  { identity, recheck, clock, revocations }: Admitted,
): void {
  if (socket.readyState !== socket.OPEN) return;
  const watch = watchAnew(socket);
  const { signal } = watch;
  let callOff = (): void => undefined;
  const forget = revocations?.watchFor(identity, () => void look());
  signal.addEventListener('abort', () => {
    callOff();
    forget?.();
  });

  const schedule = (): void => {
    callOff = clock.after(untilExpiryMs(identity, clock.now()), () => void look());
  };
  const look = async (): Promise<void> => {
    callOff();
    // First: an `isRevoked` that never settles must not keep the token from expiring.
    schedule();
    try {
      await recheck();
    } catch (refusal) {
      if (signal.aborted) return;
      watch.abort();
      closeFor(refusal, socket);
    }
  };
  schedule();
}

/** Mercurius accepts `connection_init` more than once; a socket needs only one watch. */
function watchAnew(socket: ClosableSocket & { [WATCH]?: Watch }): AbortController {
  const current = new AbortController();
  const { [WATCH]: watch } = socket;
  if (watch) {
    watch.current.abort();
    watch.current = current;
  } else {
    const first: Watch = { current };
    Object.defineProperty(socket, WATCH, { value: first });
    socket.once('close', () => first.current.abort());
  }
  return current;
}

function closeCodeOf(code: RefusalBody['code']): number {
  if (code === 'keys_unavailable') return TRY_AGAIN_LATER;
  return code === 'auth_required' ? UNAUTHORIZED : FORBIDDEN;
}
