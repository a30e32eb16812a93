/** Verdicts that were handed out and that no code has awaited yet. */
export interface UnhandledVerdicts {
  readonly unhandled: Set<TrackedVerdict>;
}

type Fulfilled<Value, Next> = ((value: Value) => Next | PromiseLike<Next>) | null | undefined;
type Rejected<Next> = ((reason: unknown) => Next | PromiseLike<Next>) | null | undefined;

/**
 * A promise of a verdict that knows whether any code waits for it. `canActivate` gives one wherever its
 * answer may be a refusal: a guard that forgets `await` would otherwise let the call in and leave behind a
 * rejection that ends the process.
 *
 * A promise that `then`, `catch` or `finally` makes of it is tracked in its place, so a chain that is dropped
 * at its end counts as not awaited.
 */
export class TrackedVerdict<Value = unknown> extends Promise<Value> {
  private call: UnhandledVerdicts | undefined;

  /** Plain promises for what this class makes itself. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Tracks a promise until some code waits for it. */
  static of<Value>(promise: Promise<Value>, call: UnhandledVerdicts): TrackedVerdict<Value> {
    const tracked = new TrackedVerdict<Value>((resolve, reject) => {
      promise.then(resolve, reject);
    });
    tracked.call = call;
    call.unhandled.add(tracked);
    // The code that handles the call answers with the rejection, so it must not end the process.
    tracked.settled().catch(() => {});
    return tracked;
  }

  /** The outcome, without counting as code that waits for it. */
  settled(): Promise<Value> {
    return super.then();
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise has one, and awaiting it must be seen here
  override then<Next = Value, Failed = never>(
    onFulfilled?: Fulfilled<Value, Next>,
    onRejected?: Rejected<Failed>,
  ): Promise<Next | Failed> {
    const next = super.then(onFulfilled, onRejected);
    const { call } = this;
    if (call === undefined) return next;
    call.unhandled.delete(this);
    return TrackedVerdict.of(next, call);
  }
}
