import { checkTimes } from './time-rules.js';
import { requireSync } from '../util/maybe-async.js';
import type { ResolvedTrustedIssuer } from '../../config/resolved-config.js';
import { readTenantIssuer } from '../../config/tenant-template.js';
import type { ClaimValue, RequiredClaim } from '../../config/trusted-issuer-config.js';
import { clientIdOf } from '../identity/identity-mapper.js';
import type { CheckedClaims, Claims } from '../identity/identity.js';
import { Refusal, type Result } from '../refusals/refusal.js';

type RequiredClaims = ResolvedTrustedIssuer['requiredClaims'];

/**
 * Holds verified claims against the issuer's terms (RFC 9068 section 4, RFC 7519 section 4.1).
 *
 * @returns the same claims, or a refusal `token_expired`, `token_not_active`, `audience_invalid` or
 * `claims_invalid`.
 * @throws Refusal `keys_unavailable` when a predicate of the application fails.
 */
export function validateClaims(
  claims: Claims,
  rules: ResolvedTrustedIssuer,
  nowSeconds: number,
): Result<CheckedClaims> {
  const refusal =
    checkTimes(claims, rules, nowSeconds) ??
    checkTenant(claims, rules) ??
    checkAudience(claims, rules) ??
    checkPurpose(claims) ??
    checkSenderConstraint(claims) ??
    checkClient(claims, rules) ??
    validateRequiredClaims(claims, rules.requiredClaims);
  return refusal ?? (claims as CheckedClaims);
}

/** What verified the token is a key of all tenants, so its own word for the tenant must agree. */
function checkTenant(
  { iss, tid }: Claims,
  { tenants }: ResolvedTrustedIssuer,
): Refusal | undefined {
  if (tenants === undefined) return undefined;
  if (typeof tid !== 'string' || readTenantIssuer(String(iss))?.tenant !== tid)
    return new Refusal('claims_invalid', 'tenant', '"tid" is not the tenant that "iss" names');
  return undefined;
}

function checkAudience({ aud }: Claims, { audience }: ResolvedTrustedIssuer): Refusal | undefined {
  if (audience === null) return undefined;
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!values.every((value) => typeof value === 'string'))
    return new Refusal(
      'audience_invalid',
      'aud',
      '"aud" is missing, or not a string or list of strings',
    );
  if (!values.some((value) => audience.has(value)))
    return new Refusal('audience_invalid', 'aud', 'no accepted audience in "aud"');
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
      return new Refusal(
        'claims_invalid',
        'purpose',
        `the claim "${name}" says that it is no access token`,
        { claim: name },
      );
  }
  if (isListOfEvents(claims['events']))
    return new Refusal(
      'claims_invalid',
      'purpose',
      '"events" says that it is a security event token',
    );
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
      'proof',
      'the token is bound to a key ("cnf") and came as a bearer token',
    );
  return undefined;
}

function checkClient(
  claims: Claims,
  { clientIds, identity }: ResolvedTrustedIssuer,
): Refusal | undefined {
  if (clientIds === undefined) return undefined;
  const clientId = clientIdOf(claims, identity);
  if (clientId === undefined || !clientIds.has(clientId))
    return new Refusal('claims_invalid', 'client', 'the client is not one of clientIds');
  return undefined;
}

/**
 * The claims an issuer's tokens must have. Apart from the rest, because predicates are the
 * application's and may answer otherwise at another time.
 *
 * @returns a refusal `claims_invalid`, where one is missing.
 * @throws Refusal `keys_unavailable` when a predicate fails.
 */
export function validateRequiredClaims(
  claims: Claims,
  requiredClaims: RequiredClaims,
): Refusal | undefined {
  for (const [name, expected] of requiredClaims) {
    const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (!satisfies(claim, expected, claims, name))
      return new Refusal(
        'claims_invalid',
        'required-claim',
        `the required claim "${name}" is not as configured`,
        { claim: name },
      );
  }
  return undefined;
}

function satisfies(claim: unknown, expected: RequiredClaim, claims: Claims, name: string): boolean {
  if (typeof expected === 'function') {
    try {
      return requireSync(expected(claim, claims), 'the predicate') === true;
    } catch (cause) {
      throw new Refusal(
        'keys_unavailable',
        'required-claim',
        `the predicate for the claim "${name}" failed`,
        { claim: name, cause },
      );
    }
  }
  const accepted: readonly unknown[] = Array.isArray(expected)
    ? (expected as readonly ClaimValue[])
    : [expected];
  return (Array.isArray(claim) ? claim : [claim]).some((value) => accepted.includes(value));
}
