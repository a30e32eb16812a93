import type { IdentityMapping } from '../config/resolved-config.js';
import { Refusal } from '../refusals/refusal.js';
import { type ClaimPath, claimAt } from './claim-path.js';
import type { Claims, Identity } from './identity.js';
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
 * @throws Refusal `claims_invalid` when there is no subject, or none of well-formed Unicode.
 */
export function mapIdentity(
  issuer: string,
  claims: CheckedClaims,
  mapping: IdentityMapping,
): Identity {
  const subject = firstString(claims, mapping.subject);
  if (subject === undefined)
    throw new Refusal(
      'claims_invalid',
      `no subject in ${mapping.subject.map(({ name }) => name).join(', ')} ` +
        '(Keycloak 25 and later: the client lacks the scope "basic")',
    );
  refuseSharedSubject(subject);
  return Object.freeze<Identity>({
    issuer,
    subject,
    id: `${issuer}|${subject}`,
    clientId: firstString(claims, mapping.clientId),
    audience: frozen(addStrings(claims['aud'], [])),
    scopes: frozen(collect(claims, mapping.scopes, addWords)),
    roles: frozen(collect(claims, mapping.roles, addStrings)),
    tenant: firstString(claims, mapping.tenant),
    expiresAt: claims.exp,
    tokenId: stringIn(claims['jti']),
    claims,
  });
}

/** The client a token was issued to, where its claims say. */
export function clientIdOf(claims: Claims, mapping: IdentityMapping): string | undefined {
  return firstString(claims, mapping.clientId);
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

/** What all places give together, each string once; of a long list that is left to {@link frozen}. */
function collect(
  claims: Claims,
  paths: readonly ClaimPath[],
  add: (value: unknown, found: string[]) => string[],
): string[] {
  const found: string[] = [];
  for (const path of paths) add(claimAt(claims, path), found);
  return found;
}

/** RFC 8693 section 4.2: `scope` is one string with spaces. */
function addWords(value: unknown, found: string[]): string[] {
  return addStrings(typeof value === 'string' ? value.split(' ') : value, found);
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
