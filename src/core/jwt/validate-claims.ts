import { atOnce } from '../util/require-sync.js';
import type { ResolvedTrustedIssuer } from '../../config/resolved-config.js';
import { readTenantIssuer } from '../../config/tenant-template.js';
import type { ClaimValue, RequiredClaim } from '../../config/trusted-issuer-config.js';
import { type CheckedClaims, clientIdOf } from '../identity/identity-mapper.js';
import type { Claims } from '../identity/identity.js';
import { Refusal, type Verdict } from '../refusals/refusal.js';

type RequiredClaims = ResolvedTrustedIssuer['requiredClaims'];

/** What a claim is judged by. */
interface Terms {
  readonly rules: ResolvedTrustedIssuer;
  readonly nowSeconds: number;
}

/**
 * Step 7: holds verified claims against the issuer's terms (RFC 9068 section 4, RFC 7519 section 4.1).
 *
 * @returns the same claims, or a refusal `token_expired`, `token_not_active`, `audience_invalid` or
 * `claims_invalid`.
 * @throws Refusal `keys_unavailable` when a predicate of the application fails.
 */
export function validateClaims(
  claims: Claims,
  rules: ResolvedTrustedIssuer,
  nowSeconds: number,
): Verdict<CheckedClaims> {
  const terms = { rules, nowSeconds };
  const refusal =
    checkTimes(claims, terms) ??
    checkAge(claims, terms) ??
    checkTenant(claims, terms) ??
    checkAudience(claims, terms) ??
    checkPurpose(claims) ??
    checkSenderConstraint(claims) ??
    checkClient(claims, terms) ??
    checkRequiredClaims(claims, rules.requiredClaims);
  return refusal ?? (claims as CheckedClaims);
}

/**
 * The span in which times can't change the verdict on claims that were accepted before.
 */
export function validitySpan(
  { exp, nbf, iat }: Claims,
  { clockToleranceSeconds: tolerance, maxTokenAgeSeconds: maxAge }: ResolvedTrustedIssuer,
): { readonly fromSeconds: number; readonly untilSeconds: number } {
  const fromSeconds = Math.max(orElse(nbf, -Infinity), orElse(iat, -Infinity)) - tolerance;
  const agedAt = maxAge === undefined ? Infinity : orElse(iat, Infinity) + maxAge;
  return { fromSeconds, untilSeconds: Math.min(orElse(exp, Infinity), agedAt) + tolerance };
}

function orElse(time: unknown, absent: number): number {
  return isNumericDate(time) ? time : absent;
}

/** Whether an `exp` has passed (RFC 7519 section 4.1.4: on or after it the token is not accepted). */
export function isExpired(exp: unknown, rules: ResolvedTrustedIssuer, nowSeconds: number): boolean {
  return typeof exp === 'number' && nowSeconds >= exp + rules.clockToleranceSeconds;
}

function checkTimes({ exp, nbf, iat }: Claims, { rules, nowSeconds }: Terms): Refusal | undefined {
  if (!isNumericDate(exp))
    return new Refusal('claims_invalid', '"exp" is missing or not a finite number');
  if (isExpired(exp, rules, nowSeconds)) return new Refusal('token_expired', '"exp" has passed');
  const latest = nowSeconds + rules.clockToleranceSeconds;
  return checkBegin('nbf', nbf, latest) ?? checkBegin('iat', iat, latest);
}

function checkBegin(name: string, time: unknown, latest: number): Refusal | undefined {
  if (time === undefined) return undefined;
  if (!isNumericDate(time))
    return new Refusal('claims_invalid', `"${name}" is not a finite number`);
  if (time > latest) return new Refusal('token_not_active', `"${name}" lies in the future`);
  return undefined;
}

function checkAge({ iat }: Claims, { rules, nowSeconds }: Terms): Refusal | undefined {
  const { maxTokenAgeSeconds, clockToleranceSeconds } = rules;
  if (maxTokenAgeSeconds === undefined) return undefined;
  if (!isNumericDate(iat))
    return new Refusal('claims_invalid', '"iat" is missing and maxTokenAgeSeconds is set');
  if (nowSeconds - iat > maxTokenAgeSeconds + clockToleranceSeconds)
    return new Refusal('claims_invalid', 'the token is older than maxTokenAgeSeconds');
  return undefined;
}

/** What verified the token is a key of all tenants, so its own word for the tenant must agree. */
function checkTenant({ iss, tid }: Claims, { rules: { tenants } }: Terms): Refusal | undefined {
  if (tenants === undefined) return undefined;
  if (typeof tid !== 'string' || readTenantIssuer(String(iss))?.tenant !== tid)
    return new Refusal('claims_invalid', '"tid" is not the tenant that "iss" names');
  return undefined;
}

function checkAudience({ aud }: Claims, { rules: { audience } }: Terms): Refusal | undefined {
  if (audience === null) return undefined;
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!values.every((value) => typeof value === 'string'))
    return new Refusal('audience_invalid', '"aud" is missing, or not a string or list of strings');
  if (!values.some((value) => audience.has(value)))
    return new Refusal('audience_invalid', 'no accepted audience in "aud"');
  return undefined;
}

/** Claims by which issuers that give no `typ` header tell other tokens from access tokens, in lower case. */
const OTHER_PURPOSES: readonly (readonly [name: string, purposes: readonly string[]])[] = [
  ['typ', ['id', 'refresh', 'offline', 'logout']], // Keycloak, Guardian
  ['token_use', ['id', 'refresh']], // Amazon Cognito
  ['type', ['refresh']], // Flask-JWT-Extended
  ['token_type', ['refresh']], // Django SimpleJWT
];

/** RFC 3986 section 4.3, as far as a name of an event needs it. */
const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:\S+$/i;

function checkPurpose(claims: Claims): Refusal | undefined {
  for (const [name, purposes] of OTHER_PURPOSES) {
    const purpose = claims[name];
    if (typeof purpose === 'string' && purposes.includes(purpose.toLowerCase()))
      return new Refusal('claims_invalid', `the claim "${name}" says that it is no access token`);
  }
  if (isListOfEvents(claims['events']))
    return new Refusal('claims_invalid', '"events" says that it is a security event token');
  return undefined;
}

/** RFC 8417 section 2.2: the members of `events` are named by URIs. An application's own claim may have that name, too. */
function isListOfEvents(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || Array.isArray(events)) return false;
  const names = Object.keys(events);
  return names.length > 0 && names.every((name) => ABSOLUTE_URI.test(name));
}

/**
 * A token bound to a key of its client (RFC 7800, RFC 8705, RFC 9449) proves nothing when it comes as
 * a bare bearer token, so a stolen one must not pass here.
 */
function checkSenderConstraint({ cnf }: Claims): Refusal | undefined {
  if (cnf !== undefined)
    return new Refusal(
      'claims_invalid',
      'the token is bound to a key ("cnf") and came as a bearer token',
    );
  return undefined;
}

function checkClient(
  claims: Claims,
  { rules: { clientIds, identity } }: Terms,
): Refusal | undefined {
  if (clientIds === undefined) return undefined;
  const clientId = clientIdOf(claims, identity);
  if (clientId === undefined || !clientIds.has(clientId))
    return new Refusal('claims_invalid', 'the client is not one of clientIds');
  return undefined;
}

/**
 * The claims an issuer's tokens must have. Apart from the rest, because predicates are the
 * application's and may answer otherwise at another time.
 *
 * @returns a refusal `claims_invalid`, where one is missing.
 * @throws Refusal `keys_unavailable` when a predicate fails.
 */
export function checkRequiredClaims(
  claims: Claims,
  requiredClaims: RequiredClaims,
): Refusal | undefined {
  for (const [name, expected] of requiredClaims) {
    const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (!satisfies(claim, expected, claims, name))
      return new Refusal('claims_invalid', `the required claim "${name}" is not as configured`);
  }
  return undefined;
}

function satisfies(claim: unknown, expected: RequiredClaim, claims: Claims, name: string): boolean {
  if (typeof expected === 'function') {
    try {
      return atOnce(expected(claim, claims), 'the predicate') === true;
    } catch (cause) {
      throw new Refusal('keys_unavailable', `the predicate for the claim "${name}" failed`, {
        cause,
      });
    }
  }
  const accepted: readonly unknown[] = Array.isArray(expected)
    ? (expected as readonly ClaimValue[])
    : [expected];
  return (Array.isArray(claim) ? claim : [claim]).some((value) => accepted.includes(value));
}

function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
