import type { ResolvedTrustedIssuer } from '../../config/resolved-config.js';
import { claimAt } from '../jose/claim-path.js';
import {
  firstInteger,
  firstString,
  nonEmptyString,
  readBy,
  wellFormed,
} from '../identity/claim-readers.js';
import type { CheckedClaims } from '../identity/identity.js';
import { Refusal, type Result } from '../refusals/refusal.js';

/** `Not supported currently. Use oid claim.` and its like. */
const SHARED_SUBJECT = /\buse (?:the )?["'`]?oid["'`]? claim\b/i;

/**
 * Whose the token is.
 *
 * @returns the subject, or a refusal `claims_invalid` when there is none, none of well-formed Unicode, or one
 * that the issuer writes for every user.
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function validateSubject(
  claims: CheckedClaims,
  { identity: { subject: places } }: ResolvedTrustedIssuer,
): Result<string> {
  const { paths, read, isConfigured } = places;
  const subject = read
    ? wellFormed(nonEmptyString(readBy(read, 'subject', claims)))
    : (firstString(claims, paths) ?? (isConfigured ? firstInteger(claims, paths) : undefined));
  if (subject === undefined) return refusal(read ? NO_SUBJECT_READ : reasonFor(claims, places));
  // All users would be one identity.
  return SHARED_SUBJECT.test(subject) ? refusal(SHARED) : subject;
}

function refusal(reason: string): Refusal {
  return new Refusal('claims_invalid', 'subject', reason);
}

const NO_SUBJECT_READ = 'the function identity.subject gave no subject';
const SHARED =
  'the subject is a sentence that is the same for every user (Azure AD B2C set not to support ' +
  'the claim "sub"): set the subject of the user flow to the object id, or write ' +
  "identity: { subject: 'oid' }";

type Places = ResolvedTrustedIssuer['identity']['subject'];

function reasonFor(claims: CheckedClaims, { paths }: Places): string {
  const isNumber = paths.some((path) => typeof claimAt(claims, path) === 'number');
  const remedy = isNumber
    ? "it is a number there, which identity: { subject: 'sub' } of the issuer takes as its decimal text"
    : 'identity.subject of the issuer may name another claim; Keycloak 25 and later: the client lacks the scope "basic"';
  return `no subject in ${paths.map(({ name }) => name).join(', ')} (${remedy})`;
}
