import { LISTED_TOKEN } from './requirement.js';
import { addRequirement, type RequirementDecorator } from './requirement.decorator.js';

/** What {@link RequireAuthentication} demands; at least one member. */
export interface RequiredAuthentication {
  /** Authentication context classes, one of which must be the token's `acr` (RFC 9470 section 3). Absent: any will do. */
  readonly acrValues?: readonly [string, ...string[]];
  /**
   * Maximum age of the user's authentication, the token's `auth_time`, in whole seconds from 1
   * (RFC 9470 section 3). No clock tolerance is added: it matters little beside the age of a login.
   * Absent: any age will do.
   */
  readonly maxAgeSeconds?: number;
}

/**
 * Lets in only callers whose user logged in by such means, and so recently. Others are refused with 401
 * `step_up_required`, and the challenge says `insufficient_user_authentication` with `acr_values` and
 * `max_age`, which a client hands on to its authorization server (RFC 9470). A token without the claim
 * that is asked for is refused as well.
 *
 * Scopes and roles are checked first, so that no user logs in again only to be refused for lacking them.
 * Everything else is as for {@link RequireScopes}.
 *
 * @throws TypeError where it is written, when nothing is demanded or no token could meet it; and on a field,
 * an accessor or a static method
 */
export function RequireAuthentication(required: RequiredAuthentication): RequirementDecorator {
  const { acrValues, maxAgeSeconds } = required;
  if (acrValues === undefined && maxAgeSeconds === undefined)
    throw fault('demands nothing. Give acrValues, maxAgeSeconds or both.');
  if (acrValues !== undefined && (!Array.isArray(acrValues) || !acrValues.every(isAcr)))
    throw fault('acrValues are strings without white space, quotes and backslashes.');
  if (acrValues?.length === 0) throw fault('acrValues is empty. Name at least one.');
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 1))
    throw fault('maxAgeSeconds is a whole number from 1.');
  return addRequirement('RequireAuthentication', {
    kind: 'authentication',
    acrValues: acrValues && [...acrValues],
    maxAgeSeconds,
  });
}

function isAcr(value: unknown): boolean {
  return typeof value === 'string' && LISTED_TOKEN.test(value);
}

function fault(message: string): TypeError {
  return new TypeError(`@RequireAuthentication(): ${message}`);
}
