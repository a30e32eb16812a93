import { attempt } from '../util/safe-logger.js';

/** Causes may go round in a circle. */
const MAX_DEPTH = 8;

const NO_ERROR = 'something other than an error was thrown';

/**
 * Why something failed, in one line for log and status: the message, and what lies beneath it.
 * Not asked by `instanceof`: errors of Node's own are of another realm in a test runner's sandbox.
 */
export function describeFailure(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null) return NO_ERROR;
  const read = attempt(() => membersOf(error));
  if (read === undefined) return 'something that cannot be read was thrown';
  const { message, code, name, cause } = read;
  // Node's error for several addresses that all failed has a code and no message.
  const own = [message, code, name].find((text) => isText(text)) ?? NO_ERROR;
  if (typeof cause !== 'object' || cause === null || depth === MAX_DEPTH) return own;
  return `${own} (${codeOf(cause) ?? describeFailure(cause, depth + 1)})`;
}

const isText = (text: unknown): text is string => typeof text === 'string' && text !== '';

function membersOf(
  error: object,
): Readonly<Record<'message' | 'code' | 'name' | 'cause', unknown>> {
  const { message, code, name, cause } = error as Record<string, unknown>;
  return { message, code, name, cause };
}

/** What Node's own errors and those of HTTP clients have for programs to read; where it can be read. */
export function codeOf(thrown: unknown): string | undefined {
  const code = attempt(() => (Object(thrown) as NodeJS.ErrnoException).code as unknown);
  return typeof code === 'string' ? code : undefined;
}
