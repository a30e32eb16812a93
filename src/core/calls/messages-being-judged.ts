import type { CredentialsRequest } from './exchange.js';

/** Messages that share a context and are still being checked. */
interface BeingJudged {
  readonly first: CredentialsRequest;
  count: number;
}

/** By the context of a message, so that an entry goes with it and applications share nothing. */
const JUDGED = new WeakMap<object, BeingJudged>();

/** Remembers that a message with this context is being checked, until its verdict is known. */
export function keepBeingJudged(
  carrier: object,
  first: CredentialsRequest,
  verdict: Promise<unknown>,
): void {
  const entry = JUDGED.get(carrier) ?? { first, count: 0 };
  entry.count++;
  JUDGED.set(carrier, entry);
  const forget = (): void => {
    entry.count--;
    if (entry.count === 0) JUDGED.delete(carrier);
  };
  void verdict.then(forget, forget);
}

/**
 * Refuses a message that shares its context with another one that is still being checked: what the
 * application reads from that context meanwhile could belong to either. Several handlers of one event are
 * given the same message, which is allowed.
 *
 * @throws Error for such a message.
 */
export function refuseSharedContext(carrier: object, request: CredentialsRequest): void {
  const first = JUDGED.get(carrier)?.first;
  if (first === undefined || isSameMessage(first, request)) return;
  throw new Error(
    'A message has the same context as another one, which is still being checked. JwtAuthGuard refuses ' +
      'it. Have the transport make a new context for each message.',
  );
}

function isSameMessage(first: CredentialsRequest, second: CredentialsRequest): boolean {
  return (
    Object.is(first.body, second.body) &&
    first.rawHeaders?.length === second.rawHeaders?.length &&
    first.headers.authorization === second.headers.authorization
  );
}
