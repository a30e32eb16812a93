import { expectedValues } from '../refusals/expected-values.js';
import type { StepUpDetails } from '../refusals/unauthorized-exceptions.js';
import type { GrantRequirement, IssuerRequirement } from './requirement.js';

/** What a route demands and a caller lacks; nothing of what the caller has. */
export function grantReason(
  { kind, match, names, issuers }: GrantRequirement,
  isGranted: boolean,
): string {
  const demanded = `${names.length > 1 ? `${match} of ` : ''}${expectedValues(names)}`;
  return isGranted && issuers !== undefined
    ? `the route accepts the ${kind} ${demanded} only from other issuers: ${expectedValues(issuers)}`
    : `the caller lacks ${kind} that the route asks for: ${demanded}`;
}

/** Whose callers a route takes; nothing of whose this one is. */
export function issuerReason({ issuers }: IssuerRequirement): string {
  return `the route accepts only callers of other issuers: ${expectedValues(issuers)}`;
}

/** What a login must be like, as far as all demands of a route agree. */
export function loginReason({ acrValues, maxAgeSeconds }: StepUpDetails): string {
  const demands = [
    acrValues === undefined ? [] : `"acr": one of ${acrValues}`,
    maxAgeSeconds === undefined ? [] : `"auth_time": no more than ${maxAgeSeconds} s ago`,
  ].flat();
  const expected = demands.length > 0 ? ` (${demands.join('; ')})` : '';
  return `"acr" or "auth_time" is not what the route asks for${expected}`;
}
