import type { UnverifiedToken } from '../../core/jwt/unverified-token.js';
import type { Identity } from '../../core/identity/identity.js';
import type { CauseCode } from '../../core/refusals/refusal-table.js';

/** The steps of docs/request-path.md, by number. */
export const STEP_NAMES = {
  1: 'request',
  2: 'cache',
  3: 'form',
  4: 'issuer',
  5: 'key',
  6: 'signature',
  7: 'claims',
  8: 'identity',
} as const;
export type StepNumber = keyof typeof STEP_NAMES;

/**
 * What one step came to. `unknown`: it needs keys that were not fetched. `skipped`: an earlier step
 * refused, or the step is no part of a command.
 */
export type Outcome = 'passed' | 'refused' | 'unknown' | 'skipped';

/** One step and what it says. */
export interface StepReport {
  readonly step: StepNumber;
  readonly name: string;
  readonly outcome: Outcome;
  /** What was found, or why it is refused. */
  readonly details: readonly string[];
  /** The refusal's code, when there is one. */
  readonly code?: CauseCode;
}

/** A whole inspection. */
export interface Inspection {
  /** `unknown`: nothing refuses it so far, but its signature was not checked. */
  readonly verdict: 'accepted' | 'refused' | 'unknown';
  /** Of the first step that refuses; without one, of the step that could not be taken. */
  readonly code?: CauseCode;
  readonly steps: readonly StepReport[];
  /** Decoded; trusted for nothing. Absent when the token has not the form of one. */
  readonly token?: Pick<UnverifiedToken, 'header' | 'claims'>;
  readonly identity?: Identity;
}

/** Gathers the steps in their order; what was not reached is skipped. */
export class StepLog {
  private readonly reports = new Map<StepNumber, StepReport>();

  add(step: StepNumber, outcome: Outcome, details: readonly string[], code?: CauseCode): void {
    const name = STEP_NAMES[step];
    this.reports.set(step, { step, name, outcome, details, ...(code && { code }) });
  }

  /** The steps, and the verdict they come to. */
  conclude(): Pick<Inspection, 'verdict' | 'code' | 'steps'> {
    for (const step of [1, 2, 3, 4, 5, 6, 7, 8] as const)
      if (!this.reports.has(step)) this.add(step, 'skipped', ['not reached']);
    const steps = [...this.reports.values()].toSorted((a, b) => a.step - b.step);
    const refused = steps.find(({ outcome }) => outcome === 'refused');
    const unknown = steps.find(({ outcome }) => outcome === 'unknown');
    const code = refused?.code ?? unknown?.code;
    // Only what comes before a step that could not be taken is certain.
    const isCertain = refused !== undefined && (!unknown || refused.step < unknown.step);
    return {
      verdict: isCertain ? 'refused' : unknown ? 'unknown' : 'accepted',
      ...(code && { code }),
      steps,
    };
  }
}
