import type { Step } from '../../core/guard/steps.js';
import type { UnverifiedToken } from '../../core/jwt/unverified-token.js';
import type { Claims, Identity } from '../../core/identity/identity.js';
import type { CauseCode } from '../../core/refusals/refusal-table.js';

/** The steps that a command can take: no route is called, and nothing can be asked whether a token was revoked. */
export const INSPECTED_STEPS = [
  ...(['credentials', 'remembered', 'form', 'issuer'] as const),
  ...(['keys', 'signature', 'introspection', 'claims', 'binding', 'identity'] as const),
] satisfies readonly Step[];
export type InspectedStep = (typeof INSPECTED_STEPS)[number];

/**
 * What one step came to. `unknown`: it needs keys that were not fetched, or an issuer that was not asked. `skipped`: an earlier step
 * refused, or the step is no part of a command.
 */
export type Outcome = 'passed' | 'refused' | 'unknown' | 'skipped';

/** One step and what it says. */
export interface StepReport {
  readonly name: InspectedStep;
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
  /** What the issuer said of it, where it was asked. */
  readonly introspected?: Claims;
  readonly identity?: Identity;
}

/** Gathers the steps in their order; what was not reached is skipped. */
export class StepLog {
  private readonly reports = new Map<InspectedStep, StepReport>();

  add(name: InspectedStep, outcome: Outcome, details: readonly string[], code?: CauseCode): void {
    this.reports.set(name, { name, outcome, details, ...(code && { code }) });
  }

  /** The steps, and the verdict they come to. */
  conclude(): Pick<Inspection, 'verdict' | 'code' | 'steps'> {
    // Most issuers are not asked about tokens.
    const taken = INSPECTED_STEPS.filter(
      (name) => name !== 'introspection' || this.reports.has(name),
    );
    const steps = taken.map(
      (name): StepReport =>
        this.reports.get(name) ?? { name, outcome: 'skipped', details: ['not reached'] },
    );
    const refused = steps.find(({ outcome }) => outcome === 'refused');
    const unknown = steps.find(({ outcome }) => outcome === 'unknown');
    const code = refused?.code ?? unknown?.code;
    // Only what comes before a step that could not be taken is certain.
    const isCertain =
      refused !== undefined && (!unknown || steps.indexOf(refused) < steps.indexOf(unknown));
    return {
      verdict: isCertain ? 'refused' : unknown ? 'unknown' : 'accepted',
      ...(code && { code }),
      steps,
    };
  }
}
