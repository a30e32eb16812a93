import type { ScopeMatcher } from '../../config/auth-module-config.js';
import type { Identity } from '../identity/identity.js';
import { Refusal, refusalOfError } from '../refusals/refusal.js';
import type { StepUpDetails } from '../refusals/unauthorized-exceptions.js';
import { grantReason, issuerReason, loginReason } from './lack-reason.js';
import {
  type AuthenticationRequirement,
  demandedScope,
  type GrantRequirement,
  ofKind,
  type Requirement,
} from './requirement.js';
import { scopeIsAmong } from './scope-is-among.js';

/** The members of an identity that are checked. */
type Caller = Pick<Identity, 'issuer' | 'scopes' | 'roles' | 'claims'>;

/** Who knows by which names the application knows an issuer. */
export interface IssuerNames {
  namesOf(caller: Caller): readonly string[];
}

/** What the configuration says of demands; what is absent is so in a unit test of a controller without the module. */
export interface DemandRules {
  readonly issuerNames?: IssuerNames | undefined;
  /** Absent: a scope grants itself. */
  readonly scopeMatches?: ScopeMatcher | undefined;
}

/**
 * Holds an authenticated caller against what the route demands: its issuer first, then scopes and roles, then
 * how the user logged in.
 *
 * @returns a refusal `insufficient_scope` or `step_up_required`, where the caller lacks something; or
 * `keys_unavailable`, where a function of the application failed.
 */
export function checkRequirements(
  requirements: readonly Requirement[],
  caller: Caller,
  nowSeconds: number,
  rules: DemandRules,
): Refusal | undefined {
  if (requirements.length === 0) return undefined;
  try {
    return (
      checkIssuer(requirements, caller, rules) ??
      checkGrants(ofKind(requirements, 'scopes', 'roles'), caller, rules) ??
      checkLogins(ofKind(requirements, 'authentication'), caller, nowSeconds)
    );
  } catch (error) {
    return refusalOfError(error);
  }
}

/** First, so that no client fetches scopes, and no user logs in, for a call that is refused anyway. */
function checkIssuer(
  requirements: readonly Requirement[],
  caller: Caller,
  rules: DemandRules,
): Refusal | undefined {
  const refused = ofKind(requirements, 'issuer').find(
    ({ issuers }) => !isByIssuer(issuers, caller, rules),
  );
  return refused && new Refusal('insufficient_scope', 'caller-issuer', issuerReason(refused));
}

function checkGrants(
  required: readonly GrantRequirement[],
  caller: Caller,
  rules: DemandRules,
): Refusal | undefined {
  const lacking = required.filter(
    (requirement) =>
      !isGranted(requirement, caller, rules) || !isByIssuer(requirement.issuers, caller, rules),
  );
  const lack = lacking.find(({ kind }) => kind === 'scopes') ?? lacking[0];
  if (lack === undefined) return undefined;
  const { kind } = lack;
  return new Refusal(
    'insufficient_scope',
    kind,
    grantReason(lack, isGranted(lack, caller, rules)),
    { details: kind === 'scopes' ? { scope: demandedScope(required) } : {} },
  );
}

function isGranted(
  { kind, match, names }: GrantRequirement,
  caller: Caller,
  { scopeMatches }: DemandRules,
): boolean {
  const granted = (name: string): boolean =>
    kind === 'scopes' && scopeMatches !== undefined
      ? scopeIsAmong(caller.scopes, name, scopeMatches)
      : caller[kind].includes(name);
  return match === 'all' ? names.every(granted) : names.some(granted);
}

function isByIssuer(
  issuers: readonly string[] | undefined,
  caller: Caller,
  { issuerNames }: DemandRules,
): boolean {
  if (issuers === undefined) return true;
  const names = issuerNames?.namesOf(caller) ?? [caller.issuer];
  return names.some((name) => issuers.includes(name));
}

function checkLogins(
  logins: readonly AuthenticationRequirement[],
  caller: Caller,
  nowSeconds: number,
): Refusal | undefined {
  if (logins.every((required) => isLoggedIn(required, caller, nowSeconds))) return undefined;
  const details = stepUpDetails(logins);
  return new Refusal('step_up_required', 'authentication', loginReason(details), { details });
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
