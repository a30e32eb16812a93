import type { ChallengeDetails } from './challenge.js';
import type { CauseCode } from './refusal.table.js';

/**
 * A step's verdict that the request goes no further. Steps throw it; at the edge of the module it
 * becomes an exception with body and challenge.
 *
 * It is no `Error`: most refusals answer junk, and an `Error` would capture a stack for each.
 */
export class Refusal {
  constructor(
    readonly code: CauseCode,
    /** A fixed sentence for the operator's log. Never holds a word of the token. */
    readonly reason: string,
    /** What went wrong underneath, where that is known and says nothing of the token. */
    readonly cause?: unknown,
    /** For `keys_unavailable`: when it is worth asking again. */
    readonly retryAfterSeconds?: number,
    /** What the route asks for, said in the challenge. */
    readonly details: ChallengeDetails = {},
  ) {}
}
