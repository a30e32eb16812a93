import type { Refusal } from '../refusals/refusal.js';
import { refusalOfError } from './passport-outcome.js';

/**
 * What a step returned or threw, as a refusal that says to observers whose token it was.
 *
 * @param issuer as configured.
 * @param startedAt when judging began, by `performance.now()`; absent when nothing is worth timing.
 */
export function toldOf(error: unknown, issuer: string, startedAt?: number): Refusal {
  const durationMs = startedAt === undefined ? undefined : performance.now() - startedAt;
  return refusalOfError(error).of({ issuer, durationMs });
}
