/** What time it is, and what is to be done later. Injected, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;

  /**
   * Runs something once, later. The process does not stay alive for it.
   *
   * @param delayMs at most {@link LONGEST_TIMER_MS}.
   * @returns a function that cancels it, and does nothing once it has run.
   */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest a timer of Node can run; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Looks up `Date` and `setTimeout` in each call, so that fake timers replace them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Milliseconds between a moment and now. Never negative: after a wall clock was set back, a moment
 * that lies in the future counts as equally far in the past, so that nothing waits for it to come.
 */
export function elapsedMs(sinceMs: number, nowMs: number): number {
  return Math.abs(nowMs - sinceMs);
}

/**
 * Waits for an answer that must come in time. What still goes on afterwards is not heard of any more.
 *
 * @throws Error when the time is up.
 */
export async function withinTime<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no complete answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      // What an application calls a promise may answer with one that never settles.
      Promise.resolve(answer).then(resolve, reject);
    });
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
  } catch (error) {
    // What still goes on is not wanted any more. After an answer nothing does.
    deadline.abort();
    throw error;
  }
}
