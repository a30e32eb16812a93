import type { SignalTarget } from '../../../config/revocation-config.js';
import type { Revocations } from '../../revocation/revocations.js';
import { withinTime } from '../../util/clock.js';

/** How long the store may take to keep what an event ends. */
const STORE_TIMEOUT_MS = 5_000;

/** Ends the access tokens of subjects and sessions. */
export class TokenEndings {
  constructor(private readonly revocations: Pick<Revocations, 'endSession' | 'revokeSubject'>) {}

  /**
   * @param atSeconds tokens that were issued until then.
   * @throws Error as a rejection, when it is not certain that the store has it.
   */
  async end(targets: readonly SignalTarget[], atSeconds: number): Promise<void> {
    const kept = targets.map((target) =>
      'subject' in target
        ? this.revocations.revokeSubject(target, atSeconds)
        : this.revocations.endSession(target, atSeconds),
    );
    await withinTime(STORE_TIMEOUT_MS, Promise.all(kept));
  }
}
