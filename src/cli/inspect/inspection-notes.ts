import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { Claims, Identity } from '../../core/identity/identity.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import type { UnverifiedToken } from '../../core/jwt/unverified-token.js';
import { Refusal, type Result } from '../../core/refusals/refusal.js';
import type { MaybeAsync } from '../../core/util/maybe-async.js';
import { type InspectedStep, type Inspection, type Outcome, StepLog } from './inspection.js';
import { detailsOf, type ShownToken } from './refusal-details.js';

/** What an inspection has found so far: the token, whose it is, and the outcome of each step. */
export class InspectionNotes {
  private readonly log = new StepLog();
  token: UnverifiedToken | undefined;
  /** What the issuer says of the token, where it was asked. */
  answer: Claims | undefined;
  trusted: TrustedIssuer | undefined;

  constructor(
    private readonly config: ResolvedAuthConfig,
    private readonly nowSeconds: number,
  ) {}

  add(step: InspectedStep, outcome: Outcome, details: readonly string[]): void {
    this.log.add(step, outcome, details);
  }

  /** Takes a step, and notes its refusal. @throws Refusal the same. */
  async take<T>(step: InspectedStep, run: () => MaybeAsync<Result<T>>): Promise<T> {
    try {
      const result = await run();
      if (!(result instanceof Refusal)) return result;
      throw result;
    } catch (error) {
      if (error instanceof Refusal) {
        const outcome = error.code === 'keys_unavailable' ? 'unknown' : 'refused';
        const { trusted, nowSeconds, config } = this;
        const token = this.token ?? (this.answer && answered(this.answer));
        const details = detailsOf(error, { token, trusted, nowSeconds, config });
        this.log.add(step, outcome, details, error.code);
      }
      throw error;
    }
  }

  /** @param identity of the caller; `undefined` where a step has refused. */
  conclude(identity: Identity | undefined): Inspection {
    const conclusion = this.log.conclude();
    const { token, answer } = this;
    return {
      ...conclusion,
      ...(answer && { introspected: answer }),
      ...(token && { token: { header: token.header, claims: token.claims } }),
      ...(identity && conclusion.verdict === 'accepted' && { identity }),
    };
  }
}

/** An answer in place of a token, for the code that shows the values behind a refusal. */
function answered(claims: Claims): ShownToken {
  return { header: {}, algorithm: '', keyId: undefined, type: null, claims };
}
