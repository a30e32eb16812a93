import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import { Refusal, type Result } from './refusal.js';

/**
 * Takes the next step with what a step has found (a check that does not refuse finds nothing), at once where
 * that is there; after a refusal there is no next step.
 */
export function nextStep<Found, Next>(
  found: MaybeAsync<Result<Found>>,
  take: (found: Found) => MaybeAsync<Result<Next>>,
): MaybeAsync<Result<Next>> {
  return whenKnown(found, (result) => (result instanceof Refusal ? result : take(result)));
}
