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
   * expired one's whatever `closeOnExpiry` says. 1 to 86400. Absent: only when it expires. A socket whose
   * token can't be judged at that moment (503) stays until the next.
   */
  readonly recheckSeconds?: number;
}

const GREATEST_RECHECK_SECONDS = 86_400;

/** @throws RangeError naming the option that is out of bounds. */
export function checkAdmissionOptions({ recheckSeconds }: SocketAdmissionOptions): void {
  if (recheckSeconds === undefined) return;
  if (recheckSeconds >= 1 && recheckSeconds <= GREATEST_RECHECK_SECONDS) return;
  throw new RangeError(
    `recheckSeconds: ${recheckSeconds} is not within 1 and ${GREATEST_RECHECK_SECONDS}. Give whole seconds, like 60.`,
  );
}
