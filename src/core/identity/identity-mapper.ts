import type {
  ClaimPlaces,
  IdentityMapping,
  ResolvedGrants,
} from '../../config/identity-mapping.js';
import { Refusal } from '../refusals/refusal.js';
import { type ClaimPath, claimAt } from './claim-path.js';
import { collect, readBy } from './claim-readers.js';
import { type Claims, type Identity, markedAsIdentity } from './identity.js';
import { refuseSharedSubject } from './shared-subject.js';

/** Claims whose audience, times and issuer were checked; deeply frozen. */
export interface CheckedClaims {
  readonly exp: number;
  readonly [name: string]: unknown;
}

/**
 * Step 8: who is calling.
 *
 * @param issuer the trusted issuer's own name, whichever alias the token used.
 * @param mayGrant which scopes and roles count that this issuer states; absent: all.
 * @throws Refusal `claims_invalid` when there is no subject, or none of well-formed Unicode;
 * `keys_unavailable` when a function of the application fails.
 */
export function mapIdentity(
  issuer: string,
  claims: CheckedClaims,
  mapping: IdentityMapping,
  mayGrant: ResolvedGrants = ALL_GRANTS,
): Identity {
  const subject = subjectIn(claims, mapping.subject);
  refuseSharedSubject(subject);
  const identity: Identity = {
    issuer,
    subject,
    id: `${issuer}|${subject}`,
    clientId: clientIdOf(claims, mapping),
    audience: frozen(addStrings(claims['aud'], [])),
    scopes: frozen(granted(collect(claims, 'scopes', mapping.scopes, addWords), mayGrant.scopes)),
    roles: frozen(granted(collect(claims, 'roles', mapping.roles, addStrings), mayGrant.roles)),
    tenant: firstString(claims, mapping.tenant.paths),
    expiresAt: claims.exp,
    tokenId: stringIn(claims['jti']),
    claims,
  };
  return Object.freeze(markedAsIdentity(identity));
}

/** The client a token was issued to, where its claims say. */
export function clientIdOf(claims: Claims, mapping: IdentityMapping): string | undefined {
  return firstString(claims, mapping.clientId.paths);
}

const ALL_GRANTS: ResolvedGrants = { scopes: undefined, roles: undefined };

/** @throws Refusal `keys_unavailable` when a function of the application fails: what counts is not known. */
function granted(found: string[], may: ((name: string) => boolean) | undefined): string[] {
  if (may === undefined) return found;
  try {
    return found.filter((name) => may(name));
  } catch (cause) {
    throw new Refusal('keys_unavailable', 'a function of mayGrant failed', { cause });
  }
}

/** @throws Refusal when there is none. */
function subjectIn(claims: CheckedClaims, { paths, read, isConfigured }: ClaimPlaces): string {
  const subject = read
    ? wellFormed(stringIn(readBy(read, 'subject', claims)))
    : (firstString(claims, paths) ?? (isConfigured ? firstInteger(claims, paths) : undefined));
  if (subject !== undefined) return subject;
  const reason = read
    ? 'the function identity.subject gave no subject'
    : `no subject in ${paths.map(({ name }) => name).join(', ')}`;
  const isNumber = !read && paths.some((path) => typeof claimAt(claims, path) === 'number');
  const remedy = isNumber
    ? "it is a number there, which identity: { subject: 'sub' } of the issuer takes as its decimal text"
    : 'identity.subject of the issuer may name another claim; Keycloak 25 and later: the client lacks the scope "basic"';
  throw new Refusal('claims_invalid', read ? reason : `${reason} (${remedy})`);
}

/** An issuer that counts its users; only where the application has named the claim, since `1` is a weak name. */
function firstInteger(claims: Claims, paths: readonly ClaimPath[]): string | undefined {
  return paths
    .map((path) => claimAt(claims, path))
    .find(Number.isSafeInteger)
    ?.toString();
}

function wellFormed(text: string | undefined): string | undefined {
  return text?.isWellFormed() ? text : undefined;
}

function firstString(claims: Claims, paths: readonly ClaimPath[]): string | undefined {
  for (const path of paths) {
    const value = stringIn(claimAt(claims, path));
    // Lone surrogates differ as strings, and are one and the same once somebody stores them as UTF-8.
    if (value?.isWellFormed()) return value;
  }
  return undefined;
}

function stringIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Most lists of most identities are empty. */
const NONE: readonly string[] = Object.freeze([]);

/** So many strings are compared each with each, which for few is faster than to make a set of them. */
const FEW = 32;

function frozen(found: string[]): readonly string[] {
  if (found.length === 0) return NONE;
  return Object.freeze(found.length > FEW ? [...new Set(found)] : found);
}

/** RFC 8693 section 4.2: `scope` is one string with spaces. No scope has one, so lists are split as well. */
function addWords(value: unknown, found: string[]): string[] {
  if (typeof value === 'string') return addStrings(value.split(' '), found);
  if (Array.isArray(value)) for (const one of value as readonly unknown[]) addWords(one, found);
  return found;
}

/** Adds a string, or the strings of a list; leaves out whatever else stands there. */
function addStrings(value: unknown, found: string[]): string[] {
  if (Array.isArray(value)) for (const one of value as readonly unknown[]) addString(one, found);
  else addString(value, found);
  return found;
}

function addString(value: unknown, found: string[]): void {
  const text = stringIn(value);
  if (text !== undefined && (found.length > FEW || !found.includes(text))) found.push(text);
}
