/**
 * Runs work that must end in time, whether or not it listens to the signal: a function of the
 * application may not.
 *
 * @throws Error when the time is up.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no complete answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work(deadline.signal), timeUp]);
  } finally {
    clearTimeout(timer);
    // What still goes on is not wanted any more.
    deadline.abort();
  }
}
