import type { Identity } from '../identity/identity.js';
import { Refusal } from '../refusals/refusal.js';
import type { StepUpDetails } from '../refusals/unauthorized-exceptions.js';
import { grantReason, loginReason } from './lack-reason.js';
import type { AuthenticationRequirement, GrantRequirement, Requirement } from './requirement.js';

/** What is looked at of an identity. */
type Caller = Pick<Identity, 'issuer' | 'scopes' | 'roles' | 'claims'>;

/** Who knows by which names the application knows an issuer. */
export interface IssuerNames {
  namesOf(caller: Caller): readonly string[];
}

const BY_THEIR_OWN_NAME: IssuerNames = { namesOf: ({ issuer }) => [issuer] };

/**
 * Holds an authenticated caller against what the route demands: scopes and roles first, then how the
 * user logged in.
 *
 * @param issuerNames absent in a unit test of a controller without the module.
 * @returns a refusal `insufficient_scope` or `step_up_required`, where the caller lacks something.
 */
export function checkRequirements(
  requirements: readonly Requirement[],
  caller: Caller,
  nowSeconds: number,
  issuerNames = BY_THEIR_OWN_NAME,
): Refusal | undefined {
  if (requirements.length === 0) return undefined;
  const grants = requirements.filter((requirement) => requirement.kind !== 'authentication');
  const lack = checkGrants(grants, caller, issuerNames);
  if (lack) return lack;
  const logins = requirements.filter((requirement) => requirement.kind === 'authentication');
  if (logins.every((required) => isLoggedIn(required, caller, nowSeconds))) return undefined;
  const details = stepUpDetails(logins);
  return new Refusal('step_up_required', 'authentication', loginReason(details), { details });
}

function checkGrants(
  required: readonly GrantRequirement[],
  caller: Caller,
  issuerNames: IssuerNames,
): Refusal | undefined {
  const lacking = required.filter(
    (requirement) =>
      !isGranted(requirement, caller) || !isByIssuer(requirement, caller, issuerNames),
  );
  const lack = lacking.find(({ kind }) => kind === 'scopes') ?? lacking[0];
  if (lack === undefined) return undefined;
  const { kind } = lack;
  const scopes = required.filter((requirement) => requirement.kind === 'scopes');
  const scope = [...new Set(scopes.flatMap(({ names }) => names))].join(' ');
  return new Refusal(
    'insufficient_scope',
    kind,
    grantReason(lack, isGranted(lack, caller)),
    // Scopes that the caller has are named as well: a new token shall have them all.
    { details: kind === 'scopes' ? { scope } : {} },
  );
}

function isGranted({ kind, match, names }: GrantRequirement, caller: Caller): boolean {
  const granted = (name: string): boolean => caller[kind].includes(name);
  return match === 'all' ? names.every(granted) : names.some(granted);
}

function isByIssuer(
  { issuers }: GrantRequirement,
  caller: Caller,
  issuerNames: IssuerNames,
): boolean {
  return (
    issuers === undefined || issuerNames.namesOf(caller).some((name) => issuers.includes(name))
  );
}

function isLoggedIn(
  { acrValues, maxAgeSeconds }: AuthenticationRequirement,
  { claims }: Caller,
  nowSeconds: number,
): boolean {
  const { acr, auth_time: authTime } = claims;
  if (acrValues !== undefined && !(typeof acr === 'string' && acrValues.includes(acr)))
    return false;
  if (maxAgeSeconds === undefined) return true;
  // The absolute value: a time in milliseconds lies in the far future and must not count as recent.
  return typeof authTime === 'number' && Math.abs(nowSeconds - authTime) <= maxAgeSeconds;
}

/** What one login must be like to meet all of them. Lists without a common value can't be met. */
function stepUpDetails(logins: readonly AuthenticationRequirement[]): StepUpDetails {
  const lists = logins.flatMap(({ acrValues }) => (acrValues === undefined ? [] : [acrValues]));
  const ages = logins.flatMap(({ maxAgeSeconds }) => maxAgeSeconds ?? []);
  const common = lists.at(-1)?.filter((value) => lists.every((list) => list.includes(value)));
  return {
    ...(common?.length && { acrValues: common.join(' ') }),
    ...(ages.length > 0 && { maxAgeSeconds: Math.min(...ages) }),
  };
}
