/** How long an admitted socket stays. */
export interface SocketAdmissionOptions {
  /**
   * When the token of a socket expires, sends it the event `exception` with the body of `token_expired` and
   * closes it. Default `true`: no guard checks what the server sends unasked.
   */
  readonly closeOnExpiry?: boolean;
  /**
   * Checks the token of an open socket again every so many seconds, even if no message comes. The socket of
   * a revoked token or a removed issuer is then told and closed, and so is that of an expired token,
   * whatever `closeOnExpiry` says. If the token can't be checked at that moment (503), the socket stays until
   * the next check. Whole seconds, 1 to 86400. Absent: there are no such checks.
   */
  readonly recheckSeconds?: number;
}

const MAX_RECHECK_SECONDS = 86_400;

/**
 * @throws RangeError when `recheckSeconds` is out of bounds.
 * @throws TypeError when `closeOnExpiry` is neither true nor false.
 */
export function checkAdmissionOptions(options: SocketAdmissionOptions): void {
  const { recheckSeconds, closeOnExpiry = true } = options;
  if (typeof closeOnExpiry !== 'boolean') throw new TypeError('closeOnExpiry: give true or false.');
  if (recheckSeconds === undefined) return;
  const isWithin = recheckSeconds >= 1 && recheckSeconds <= MAX_RECHECK_SECONDS;
  if (isWithin && Number.isSafeInteger(recheckSeconds)) return;
  throw new RangeError(
    `recheckSeconds: ${recheckSeconds} is not a whole number from 1 to ${MAX_RECHECK_SECONDS}. Give seconds, like 60.`,
  );
}
