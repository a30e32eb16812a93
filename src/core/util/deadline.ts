/**
 * Waits for an answer that must come in time. What still goes on afterwards is not heard of any more.
 *
 * @throws Error when the time is up.
 */
export async function withinTime<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no complete answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([answer, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

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
  try {
    return await withinTime(timeoutMs, work(deadline.signal));
  } finally {
    // What still goes on is not wanted any more.
    deadline.abort();
  }
}
