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
export function withinTime<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no complete answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    // What an application calls a promise may answer with one that never settles.
    Promise.resolve(answer)
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}

/**
 * Tells work that it is not wanted any more. Makes an `AbortSignal` only for those who ask for one: it takes as
 * much memory as a short answer does.
 */
export class Deadline {
  private controller: AbortController | undefined;
  private readonly listeners: (() => void)[] = [];
  private hasPassed = false;

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.hasPassed) this.controller.abort();
    return this.controller.signal;
  }

  get isPast(): boolean {
    return this.hasPassed;
  }

  /** Calls the listener when the deadline passes, or now where it has passed. */
  onPast(listener: () => void): void {
    if (this.hasPassed) listener();
    else this.listeners.push(listener);
  }

  pass(): void {
    this.hasPassed = true;
    this.controller?.abort();
    for (const listener of this.listeners.splice(0)) listener();
  }
}

/**
 * Runs work that must end in time, whether or not it asks for the deadline: a function of the
 * application may not.
 *
 * @throws Error when the time is up.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline();
  try {
    return await withinTime(timeoutMs, work(deadline));
  } catch (error) {
    // What still goes on is not wanted any more. After an answer nothing does.
    deadline.pass();
    throw error;
  }
}
