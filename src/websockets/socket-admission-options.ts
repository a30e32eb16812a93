/** How long an admitted socket stays. */
export interface SocketAdmissionOptions {
  /**
   * Tells a socket whose token expires by the event `exception` with the body of `token_expired`, and
   * closes it. Default `true`: what the server sends on its own accord is not guarded by message.
   */
  readonly closeOnExpiry?: boolean;
  /**
   * Judges the token of an open socket anew every so many seconds, as far as it is not judged by
   * messages: a revoked token's socket, or a removed issuer's, is told and closed then, and so is an
   * expired one's whatever `closeOnExpiry` says. Whole seconds, 1 to 86400. Absent: only when it expires. A socket whose
   * token can't be judged at that moment (503) stays until the next.
   */
  readonly recheckSeconds?: number;
}

const GREATEST_RECHECK_SECONDS = 86_400;

/**
 * @throws RangeError when `recheckSeconds` is out of bounds.
 * @throws TypeError when `closeOnExpiry` is neither true nor false.
 */
export function checkAdmissionOptions(options: SocketAdmissionOptions): void {
  const { recheckSeconds, closeOnExpiry = true } = options;
  if (typeof closeOnExpiry !== 'boolean') throw new TypeError('closeOnExpiry: give true or false.');
  if (recheckSeconds === undefined) return;
  const isWithin = recheckSeconds >= 1 && recheckSeconds <= GREATEST_RECHECK_SECONDS;
  if (isWithin && Number.isSafeInteger(recheckSeconds)) return;
  throw new RangeError(
    `recheckSeconds: ${recheckSeconds} is no whole number within 1 and ${GREATEST_RECHECK_SECONDS}. Give seconds, like 60.`,
  );
}
