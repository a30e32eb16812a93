import { refusalOfError } from './passport-outcome.js';

/**
 * Runs a step, and has a refusal of it say to observers whose token it was. Waits only where the
 * step does.
 *
 * @param issuer as configured.
 * @param startedAt when judging began, by `performance.now()`; absent when nothing is worth timing.
 */
export function toldOf<T>(
  issuer: string,
  startedAt: number | undefined,
  step: () => T | Promise<T>,
): T | Promise<T> {
  const tell = (error: unknown): never => {
    const durationMs = startedAt === undefined ? undefined : performance.now() - startedAt;
    throw refusalOfError(error).of({ issuer, durationMs });
  };
  try {
    const outcome = step();
    return outcome instanceof Promise ? outcome.catch(tell) : outcome;
  } catch (error) {
    return tell(error);
  }
}
