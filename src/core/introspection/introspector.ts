import { randomBytes } from 'node:crypto';
import type { ResolvedIntrospection } from '../../config/resolved-issuer.js';
import { describeFailure } from '../keys/failure-description.js';
import { FetchBackOff } from '../keys/fetch-back-off.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal } from '../refusals/refusal.js';
import { type Clock, type Deadline, withDeadline } from '../util/clock.js';
import { type Authenticate, clientAuthentication } from './client-authentication.js';
import { answerIn, type IntrospectionAnswer } from './introspection-answer.js';
import { type EndpointAnswer, IntrospectionEndpoint } from './introspection-endpoint.js';
import { failureOf, IntrospectionFailure } from './introspection-failure.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';
import { IntrospectionReporter } from './introspection-reporter.js';
import type { IntrospectionStatus } from './introspection-status.js';
import { SIGNED_ANSWER_TYPE, signedAnswer, type Signatures } from './signed-answer.js';

/** What asking an issuer requires, beside its configuration. */
export interface IntrospectionSurroundings {
  readonly clock: Clock;
  readonly events: AuthEvents;
  readonly signatures: Signatures;
}

const ACCEPT: Readonly<Record<ResolvedIntrospection['signedAnswers'], string>> = {
  off: 'application/json',
  accepted: `${SIGNED_ANSWER_TYPE}, application/json;q=0.9`,
  required: SIGNED_ANSWER_TYPE,
};

/** Asks one issuer about tokens, within limits, and tracks whether it answers. */
export class Introspector {
  readonly report: IntrospectionReporter;
  private readonly endpoint: IntrospectionEndpoint;
  private readonly credentials: Authenticate;
  private readonly backOff: FetchBackOff;
  private underWay = 0;
  private unusableInARow = 0;
  /** Counts what began the back-off: calls that were under way together lengthen it once. */
  private outages = 0;
  private lastSuccessAt: Date | undefined;
  private lastError: IntrospectionStatus['lastError'];

  constructor(
    private readonly trusted: TrustedIssuer,
    private readonly options: ResolvedIntrospection,
    private readonly surroundings: IntrospectionSurroundings,
  ) {
    const { policy } = trusted;
    const { clock, events } = surroundings;
    this.report = new IntrospectionReporter(policy.issuer, clock, events);
    this.endpoint = new IntrospectionEndpoint(policy, clock, this.report);
    this.credentials = clientAuthentication(policy, options);
    this.backOff = new FetchBackOff(clock);
  }

  /**
   * @param token belongs to this issuer.
   * @throws Refusal `keys_unavailable`, as a rejection, when it is unknown whether the token is active.
   */
  async ask(token: string): Promise<IntrospectionAnswer> {
    this.refuseWhileImpossible();
    const { outages } = this;
    const startedAt = performance.now();
    const durationMs = (): number => performance.now() - startedAt;
    this.underWay++;
    try {
      const { timeoutMs } = this.trusted.policy.http;
      const answer = await withDeadline(timeoutMs, (deadline) => this.question(token, deadline));
      this.succeeded();
      this.report.answered(answer.active, durationMs());
      return answer;
    } catch (error) {
      // The keys of signed answers can't be fetched; the key source has reported it.
      if (error instanceof Refusal) throw error;
      const failure = failureOf(error, 'unreachable', 'the introspection endpoint does not answer');
      this.failed(failure, outages, durationMs());
      throw this.unavailable('introspection failed');
    } finally {
      this.underWay--;
    }
  }

  /** Asks about a random token to learn whether the endpoint answers. Fails like {@link ask}. */
  async probe(): Promise<void> {
    const { tokenPrefix = '' } = this.options;
    await this.ask(tokenPrefix + randomBytes(24).toString('base64url'));
  }

  /** Asks in the background when the last call failed and a retry is due. */
  retryFailed(): void {
    if (!this.backOff.hasFailed || this.backOff.remainingMs > 0 || this.underWay > 0) return;
    // The state and the log show the result.
    this.probe().catch(() => undefined);
  }

  status(): IntrospectionStatus {
    const { underWay, lastSuccessAt, lastError } = this;
    const { hasFailed, remainingMs } = this.backOff;
    const wasAsked = lastSuccessAt !== undefined || lastError !== undefined;
    const nextAttemptMs = this.surroundings.clock.now() + remainingMs;
    return {
      state: hasFailed ? 'unavailable' : wasAsked ? 'available' : 'pending',
      underWay,
      lastSuccessAt,
      nextAttemptAt: remainingMs > 0 ? new Date(nextAttemptMs) : undefined,
      lastError,
    };
  }

  private refuseWhileImpossible(): void {
    if (this.backOff.remainingMs > 0) throw this.unavailable('introspection has just failed');
    // After an outage one request finds out whether it is over.
    if (this.backOff.hasFailed && this.underWay > 0)
      throw this.unavailable('introspection failed, and is being tried again');
    const { maxConcurrent } = this.options;
    if (this.underWay < maxConcurrent) return;
    this.report.tooMany(maxConcurrent);
    throw this.unavailable(`maxConcurrent (${maxConcurrent}) introspections are under way`);
  }

  private async question(token: string, deadline: Deadline): Promise<IntrospectionAnswer> {
    const { headers, form } = await this.credentials(this.nowSeconds());
    const { signedAnswers } = this.options;
    const asked = `token=${encodeURIComponent(token)}&token_type_hint=access_token${form}`;
    const terms = { accept: ACCEPT[signedAnswers], deadline };
    return this.read(await this.endpoint.post(asked, headers, terms));
  }

  private async read({ text, contentType }: EndpointAnswer): Promise<IntrospectionAnswer> {
    const { signedAnswers } = this.options;
    const isSigned = contentType.toLowerCase().includes(SIGNED_ANSWER_TYPE);
    if (signedAnswers !== 'off' && isSigned) {
      const { signatures } = this.surroundings;
      const terms = { signatures, nowSeconds: this.nowSeconds() };
      return answerIn(await signedAnswer(text.trim(), this.trusted, terms));
    }
    if (signedAnswers === 'required')
      throw new IntrospectionFailure('unusable', 'the answer is not signed');
    return answerIn(parsed(text));
  }

  private succeeded(): void {
    this.lastSuccessAt = new Date(this.surroundings.clock.now());
    this.unusableInARow = 0;
    this.backOff.succeeded();
  }

  private failed(failure: IntrospectionFailure, outagesBefore: number, durationMs: number): void {
    const message = describeFailure(failure);
    this.lastError = { at: new Date(this.surroundings.clock.now()), message };
    if (failure.kind === 'unusable') this.unusableInARow++;
    const isOutage =
      failure.kind !== 'unusable' || this.unusableInARow >= INTROSPECTION_LIMITS.unusableInARow;
    if (isOutage && this.outages === outagesBefore) {
      this.outages++;
      this.backOff.failed();
      this.endpoint.forget();
    }
    this.report.failed(failure.kind, { reason: message, durationMs });
  }

  private unavailable(reason: string): Refusal {
    // Without the cause, which was logged when the call failed: once, and not for every request.
    const { retryAfterSeconds } = this.backOff;
    return new Refusal('keys_unavailable', 'introspection', reason, { retryAfterSeconds });
  }

  private nowSeconds(): number {
    return this.surroundings.clock.now() / 1_000;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, so it goes no further.
    throw new IntrospectionFailure('unusable', 'the answer is not JSON');
  }
}
