/**
 * Runs synchronous code with stack capture off: for errors that only say that a request is refused, and
 * cost more with a stack than all the rest of the refusal. The limit is back before any other code can
 * run, so no application code belongs in there.
 */
export function withoutStack<T>(run: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
