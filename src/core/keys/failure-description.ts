/** Causes may go round in a circle. */
const MAX_DEPTH = 8;

/**
 * Why something failed, in one line for log and status: the message, and what lies beneath it.
 * Not asked by `instanceof`: errors of Node's own are of another realm in a test runner's sandbox.
 */
export function describeFailure(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null)
    return 'something other than an error was thrown';
  const { message, code, name, cause } = error as Record<string, unknown>;
  // Node's error for several addresses that all failed has a code and no message.
  const [own] = [message, code, name].filter((text) => typeof text === 'string' && text !== '');
  if (typeof cause !== 'object' || cause === null || depth === MAX_DEPTH) return String(own);
  const { code: causeCode } = cause as NodeJS.ErrnoException;
  return `${own} (${typeof causeCode === 'string' ? causeCode : describeFailure(cause, depth + 1)})`;
}
