import type { RefusedEvent } from '../observability/auth-observer.js';
import type { Check, JudgedToken } from './refusal.js';
import type { CauseCode } from './refusal-table.js';
import { type Step, stepOf } from '../guard/steps.js';

/** What observers are told of a refusal. Check and step are derived, so that they are no members of what is stored. */
export class RefusedRequest implements RefusedEvent {
  readonly issuer: string | undefined;
  readonly durationMs: number | undefined;
  readonly #check: Check;

  constructor(
    readonly code: CauseCode,
    check: Check,
    judged?: JudgedToken,
  ) {
    this.#check = check;
    this.issuer = judged?.issuer;
    this.durationMs = judged?.durationMs;
  }

  get check(): Check {
    return this.#check;
  }

  get step(): Step {
    return stepOf(this.#check);
  }

  /** For a log that writes events as JSON, which leaves out what a class derives. */
  toJSON(): RefusedEvent {
    const { code, check, step, issuer, durationMs } = this;
    return { code, check, step, issuer, durationMs };
  }
}
