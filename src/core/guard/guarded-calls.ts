import type { ExecutionContext } from '@nestjs/common';
import type { Identity } from '../identity/identity.js';
import type { AnyRefusalException } from '../refusals/exception-of.js';
import { newStamp } from '../calls/stamp.js';
import { isHttpCall } from '../calls/http-exchange.js';
import { mcpContextAmong, requestOfMcp } from '../calls/mcp-context.js';
import { rawOf } from '../calls/request-user.js';

/** The result of checking a call's token: its caller, a stranger (no token came), or a refusal. */
export type Outcome = Identity | typeof STRANGER | RefusedCall;

/** No token came with the call. */
export const STRANGER = Symbol('no token');

/** A call whose token was refused. */
export class RefusedCall {
  constructor(
    /** What the call ends with; made once, so that observers are told once. */
    readonly exception: AnyRefusalException,
  ) {}
}

/** One handler's guards in a call: fields of one GraphQL query share the call, and each has its own guards. */
export class GuardedHandler {
  /** Verdicts that no code has waited for yet. */
  readonly unhandled = new Set<TrackedVerdict>();
  /** A guard of ours has refused. */
  isRefused = false;
}

/** What is known of a call whose guards have begun. */
export class GuardedCall {
  /** The outcome, or the promise of it while the token is looked at. */
  outcome: Outcome | Promise<Outcome> | undefined;
  /** What the call ends with where no token came and one is needed; made once, like that of a refusal. */
  tokenRequired: AnyRefusalException | undefined;
  /** By the arguments of the handler. Only of handlers that are not let in at once. */
  private handlers: Map<object, GuardedHandler> | undefined;

  findHandler(context: ExecutionContext): GuardedHandler | undefined {
    return this.handlers?.get(argumentsOf(context));
  }

  enterHandler(context: ExecutionContext): GuardedHandler {
    const known = this.findHandler(context);
    if (known !== undefined) return known;
    const handler = new GuardedHandler();
    this.handlers ??= new Map();
    this.handlers.set(argumentsOf(context), handler);
    return handler;
  }
}

/** A context that a test made by hand may have none. */
function argumentsOf(context: ExecutionContext): object {
  return context.getArgs?.() ?? context;
}

/** The calls of one application that a guard of ours has entered. A call that is over leaves nothing behind. */
export class GuardedCalls {
  private readonly calls = newStamp<GuardedCall>();

  /** The call, entered now if it was not before. */
  enter(context: ExecutionContext): GuardedCall {
    return this.calls.ofOrMade(keyOf(context), newCall);
  }

  /** The call, where a guard of ours has entered it. */
  find(context: ExecutionContext): GuardedCall | undefined {
    return this.calls.of(keyOf(context));
  }
}

const newCall = (): GuardedCall => new GuardedCall();

const NO_ARGUMENTS: readonly unknown[] = [];

/**
 * An object that lives exactly as long as a call, and is the same for all of its guards. For HTTP it is the
 * request, also for a tool's call that came with one. For GraphQL it is the variables, which are new in every
 * execution (of a subscription, for each event). Otherwise it is the arguments of the handler, which Nest
 * hands to all guards of a message.
 */
function keyOf(context: ExecutionContext): object {
  // A context that a test made by hand may have neither.
  const args: readonly unknown[] = context.getArgs?.() ?? NO_ARGUMENTS;
  if (args.length === 0) return context;
  const type = context.getType<string>();
  if (type === 'http') {
    // Any other first argument is a payload, which may come again with another call.
    if (isHttpCall(args)) return rawOf(args[0] as object);
  } else if (type === 'graphql') {
    const { variableValues } = Object(args.at(-1)) as { readonly variableValues?: unknown };
    if (typeof variableValues === 'object' && variableValues !== null) return variableValues;
  }
  if (type === 'rpc') {
    const mcp = mcpContextAmong(args);
    return (mcp && requestOfMcp(mcp)) ?? args;
  }
  return args;
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
  /** Absent in one that is made by the static members of the class, which no call waits for. */
  private handler: GuardedHandler | undefined;

  /** Plain promises for what this class makes itself. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Tracks a promise until some code waits for it. */
  static of<Value>(promise: Promise<Value>, handler: GuardedHandler): TrackedVerdict<Value> {
    const tracked = new TrackedVerdict<Value>((resolve, reject) => {
      promise.then(resolve, reject);
    });
    tracked.handler = handler;
    handler.unhandled.add(tracked);
    // The code that handles the call answers with the rejection, so it must not end the process.
    tracked.settled(() => {});
    return tracked;
  }

  /** The outcome, without counting as code that waits for it. */
  settled(onRejected?: () => void): Promise<unknown> {
    return super.then(undefined, onRejected);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a promise has one, and awaiting it must be seen here
  override then<Next = Value, Failed = never>(
    onFulfilled?: Fulfilled<Value, Next>,
    onRejected?: Rejected<Failed>,
  ): Promise<Next | Failed> {
    const next = super.then(onFulfilled, onRejected);
    const { handler } = this;
    if (handler === undefined) return next;
    handler.unhandled.delete(this);
    return TrackedVerdict.of(next, handler);
  }
}
