import type { IssuerPolicy } from '../../config/resolved-config.js';
import { kindOf } from '../util/shown-value.js';
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
  { issuer, identity: { subject: places } }: IssuerPolicy,
): Result<string> {
  const { paths, read, isConfigured } = places;
  const subject = read
    ? wellFormed(nonEmptyString(readBy(read, 'subject', claims)))
    : (firstString(claims, paths) ?? (isConfigured ? firstInteger(claims, paths) : undefined));
  if (subject === undefined)
    return refusal(read ? NO_SUBJECT_READ : reasonFor(claims, places, issuer));
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

type Places = IssuerPolicy['identity']['subject'];

function reasonFor(claims: CheckedClaims, { paths }: Places, issuer: string): string {
  const found = paths.map((path) => claimAt(claims, path)).find((value) => value !== undefined);
  const places = paths.map(({ name }) => name).join(', ');
  const what =
    found === undefined || typeof found === 'number'
      ? ''
      : `, where there is ${foundInPlace(found)}`;
  return `no subject in ${places}${what} (${remedyFor(found, issuer)})`;
}

function foundInPlace(value: unknown): string {
  if (typeof value !== 'string') return kindOf(value);
  return value === '' ? 'an empty string' : 'a string that is not well-formed';
}

function remedyFor(found: unknown, issuer: string): string {
  if (typeof found === 'number')
    return "it is a number there, which identity: { subject: 'sub' } of the issuer takes as its decimal text";
  const remedy = 'identity.subject of the issuer may name another claim';
  // The path of every realm, whatever the server's host and prefix.
  return found === undefined && issuer.includes('/realms/')
    ? `${remedy}; Keycloak 25 and later: the client lacks the scope "basic"`
    : remedy;
}
