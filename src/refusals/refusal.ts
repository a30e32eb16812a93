import type { ChallengeDetails } from './challenge.js';
import type { CauseCode } from './refusal.table.js';

/** What observers are told of a token that was refused. */
export interface JudgedToken {
  /** The trusted issuer, as configured; `undefined` where none was found. */
  readonly issuer: string | undefined;
  readonly durationMs: number | undefined;
}

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
    /** Of what token, as far as observers are told; absent when none was looked at. */
    readonly judged?: JudgedToken,
  ) {}

  /** The same refusal, with what observers are told of the token. */
  of(judged: JudgedToken): Refusal {
    const { code, reason, cause, retryAfterSeconds, details } = this;
    return new Refusal(code, reason, cause, retryAfterSeconds, details, judged);
  }
}
