import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import {
  audienceMismatch,
  clientReason,
  missingSubjectReason,
  NO_SUBJECT_READ,
  requiredClaimReason,
  SHARED_SUBJECT,
  tenantReason,
} from './claim-reasons.js';
import type { AuthenticatedToken } from './authenticated-token.js';
import { checkTimes } from './time-rules.js';
import { requireSync } from '../util/maybe-async.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { readTenantIssuer } from '../../config/tenant-template.js';
import type { ClaimValue, RequiredClaim } from '../../config/trusted-issuer-config.js';
import { clientIdOf, readBy } from '../identity/identity-mapper.js';
import type { CheckedClaims, Claims } from '../identity/identity.js';
import { firstInteger, firstString, nonEmptyString, wellFormed } from '../jose/claim-path.js';
import { Refusal, type Result } from '../refusals/refusal.js';

type RequiredClaims = IssuerPolicy['requiredClaims'];

/**
 * Holds what a token says against its issuer's terms, whether its signature or its issuer vouches for it.
 *
 * @param said deeply frozen: what the application's predicates are shown, they can't change for the next one.
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function validateToken(
  said: Claims,
  trusted: TrustedIssuer,
  nowSeconds: number,
): Result<AuthenticatedToken> {
  const { policy } = trusted;
  const claims = validateClaims(said, policy, nowSeconds);
  if (claims instanceof Refusal) return claims;
  const subject = validateSubject(claims, policy);
  return subject instanceof Refusal ? subject : { trusted, claims, subject };
}

/**
 * Holds verified claims against the issuer's terms (RFC 9068 section 4, RFC 7519 section 4.1).
 *
 * @returns the same claims, or a refusal `token_expired`, `token_not_active`, `audience_invalid` or
 * `claims_invalid`.
 * @throws Refusal `keys_unavailable` when a predicate of the application fails.
 */
export function validateClaims(
  claims: Claims,
  policy: IssuerPolicy,
  nowSeconds: number,
): Result<CheckedClaims> {
  const refusal =
    checkTimes(claims, policy, nowSeconds) ??
    checkTenant(claims, policy) ??
    checkAudience(claims, policy) ??
    checkPurpose(claims) ??
    checkClient(claims, policy) ??
    validateRequiredClaims(claims, policy.requiredClaims);
  return refusal ?? (claims as CheckedClaims);
}

/** What verified the token is a key of all tenants, so its own word for the tenant must agree. */
function checkTenant({ iss, tid }: Claims, { tenants }: IssuerPolicy): Refusal | undefined {
  if (tenants === undefined) return undefined;
  if (typeof tid !== 'string' || readTenantIssuer(String(iss))?.tenant !== tid)
    return new Refusal('claims_invalid', 'tenant', tenantReason(tid));
  return undefined;
}

function checkAudience(claims: Claims, policy: IssuerPolicy): Refusal | undefined {
  const { audience } = policy;
  if (audience === null) return undefined;
  const { aud } = claims;
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isSound = values.every((value) => typeof value === 'string');
  if (isSound && values.some((value) => audience.has(value))) return undefined;
  return new Refusal('audience_invalid', 'aud', audienceMismatch(claims, policy, audience));
}

/** Claims by which issuers that give no `typ` header tell other tokens from access tokens, in lower case. */
const OTHER_PURPOSES: readonly (readonly [name: string, purposes: readonly string[]])[] = [
  ['typ', ['id', 'refresh', 'offline', 'logout']], // Keycloak, Guardian
  ['token_use', ['id', 'refresh', 'id_token', 'refresh_token']], // Amazon Cognito, Ory Hydra
  ['type', ['refresh']], // Flask-JWT-Extended
  ['token_type', ['refresh', 'refresh_token', 'id_token']], // Django SimpleJWT, introspection of others
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

function checkClient(claims: Claims, { clientIds, identity }: IssuerPolicy): Refusal | undefined {
  if (clientIds === undefined) return undefined;
  const clientId = clientIdOf(claims, identity);
  if (clientId !== undefined && clientIds.has(clientId)) return undefined;
  return new Refusal('claims_invalid', 'client', clientReason(clientId, clientIds));
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
        requiredClaimReason(name, claim, expected),
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

/** `Not supported currently. Use oid claim.` and its like. */
const SENTENCE = /\buse (?:the )?["'`]?oid["'`]? claim\b/i;

/**
 * Whose the token is.
 *
 * @returns the subject, or a refusal `claims_invalid` when there is none, none of well-formed Unicode, or one
 * that the issuer writes for every user.
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function validateSubject(
  claims: CheckedClaims,
  { issuer, identity: { subject: places } }: IssuerPolicy,
): Result<string> {
  const { paths, read, isConfigured } = places;
  const subject = read
    ? wellFormed(nonEmptyString(readBy(read, 'subject', claims)))
    : (firstString(claims, paths) ?? (isConfigured ? firstInteger(claims, paths) : undefined));
  if (subject === undefined)
    return noSubject(read ? NO_SUBJECT_READ : missingSubjectReason(claims, places, issuer));
  // All users would be one identity.
  return SENTENCE.test(subject) ? noSubject(SHARED_SUBJECT) : subject;
}

function noSubject(reason: string): Refusal {
  return new Refusal('claims_invalid', 'subject', reason);
}
