import { isPromise } from '../util/maybe-async.js';
import { type Judging, Refusal, type Verdict } from '../refusals/refusal.js';
import { refusalOfError } from '../passport/passport-outcome.js';

/**
 * Takes a step, and sees to it that its refusal says to observers whose token it was: whether it is
 * returned, thrown or a rejection.
 *
 * @param issuer as configured.
 * @param startedAt when judging began, by `performance.now()`; absent when nothing is worth timing.
 * @throws Refusal what the step throws, at once or as a rejection.
 */
export function told<Good>(
  issuer: string,
  startedAt: number | undefined,
  step: () => Judging<Good>,
): Judging<Good> {
  const tell = (error: unknown): Refusal => {
    const durationMs = startedAt === undefined ? undefined : performance.now() - startedAt;
    return refusalOfError(error).of({ issuer, durationMs });
  };
  const tellVerdict = (verdict: Verdict<Good>): Verdict<Good> =>
    verdict instanceof Refusal ? tell(verdict) : verdict;
  try {
    const judging = step();
    if (!isPromise(judging)) return tellVerdict(judging);
    return judging.then(tellVerdict, (error: unknown) => {
      throw tell(error);
    });
  } catch (error) {
    throw tell(error);
  }
}
