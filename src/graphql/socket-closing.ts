import { setTimeout as wait } from 'node:timers/promises';
import type { Identity } from '../identity/identity.js';
import { untilExpiryMs } from '../identity/until-expiry.js';
import type { AnyRefusalException } from '../refusals/refusal.exceptions.js';
import type { RefusalBody } from '../refusals/refusal.presentation.js';

/** What is used of a `ws` socket. */
export interface ClosableSocket {
  readonly readyState: number;
  readonly OPEN: number;
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
}

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

/** Closes a socket when its token no longer counts: when it expires, whoever let it in is asked again. */
export async function closeWithToken(
  socket: ClosableSocket,
  identity: Identity,
  judge: () => Promise<Identity>,
): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  try {
    for (;;) {
      const { signal } = closed;
      await wait(untilExpiryMs(identity, Date.now()), undefined, { ref: false, signal });
      await judge();
    }
  } catch (error) {
    if (!closed.signal.aborted) closeFor(error, socket);
  }
}

function closeCodeOf(code: RefusalBody['code']): number {
  if (code === 'keys_unavailable') return TRY_AGAIN_LATER;
  return code === 'auth_required' ? UNAUTHORIZED : FORBIDDEN;
}
