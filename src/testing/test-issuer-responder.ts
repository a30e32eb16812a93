import { setTimeout as wait } from 'node:timers/promises';
import type { PostedForm } from './introspected-tokens.js';
import { emptyAnswer, type Answer, type IssuerEndpoints } from './test-issuer-endpoints.js';

/** The longest delay a timer can keep; beyond it Node.js waits one millisecond. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One request a test issuer has received. */
export interface ReceivedRequest {
  /** `GET`, in capitals as HTTP has it. */
  readonly method: string;
  /** Path, and query if there was one. */
  readonly path: string;
}

/** What a test issuer does while it is down: answer with this status, or cut the connection. */
export type Outage = number | 'drop';

/** Receives every request, by whatever way it comes, and answers as the issuer's state demands. */
export class Responder {
  readonly #requests: ReceivedRequest[] = [];
  readonly #endpoints: IssuerEndpoints;
  readonly #closing = new AbortController();
  #outage: Outage | undefined;
  #stallMs = 0;

  constructor(endpoints: IssuerEndpoints) {
    this.#endpoints = endpoints;
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#requests;
  }

  /** `undefined`: there is no answer; the connection breaks. Ends early when `gone` aborts. */
  async respond(
    { method, path, posted }: ReceivedRequest & { readonly posted?: PostedForm | undefined },
    gone: AbortSignal,
  ): Promise<Answer | undefined> {
    const ended = AbortSignal.any([gone, this.#closing.signal]);
    if (ended.aborted) return undefined;
    this.#requests.push({ method, path });
    // Only the caller that waits for the answer keeps the process alive, not this timer.
    if (this.#stallMs > 0)
      await wait(this.#stallMs, undefined, { signal: ended, ref: false }).catch(() => {});
    if (ended.aborted || this.#outage === 'drop') return undefined;
    return this.#outage === undefined
      ? this.#endpoints.answer(method, path, posted)
      : emptyAnswer(this.#outage);
  }

  goDown(outage: Outage): void {
    if (outage !== 'drop' && !(Number.isInteger(outage) && outage >= 200 && outage <= 599)) {
      throw new RangeError(`status must be an integer from 200 to 599 or 'drop', not ${outage}`);
    }
    this.#outage = outage;
  }

  stall(ms: number): void {
    if (!(ms >= 0 && ms <= MAX_TIMER_MS)) {
      throw new RangeError(`ms must be from 0 to ${MAX_TIMER_MS}, not ${ms}`);
    }
    this.#stallMs = ms;
  }

  comeBack(): void {
    this.#outage = undefined;
    this.#stallMs = 0;
  }

  close(): void {
    this.#closing.abort();
  }
}
