import type { IdentityMapping, ResolvedGrants } from '../../config/identity-mapping.js';
import type { IssuerPolicy } from '../../config/resolved-config.js';
import { withImplied } from '../../config/scope-implications.js';
import { issuerNameOf } from '../../config/tenant-template.js';
import { Refusal } from '../refusals/refusal.js';
import { collect, firstString, nonEmptyString } from './claim-readers.js';
import { type CheckedClaims, type Claims, type Identity, markedAsIdentity } from './identity.js';

/** What is known of a token whose claims and subject were validated. */
export interface ValidatedToken {
  readonly trusted: { readonly policy: IssuerPolicy };
  readonly claims: CheckedClaims;
  readonly subject: string;
}

/**
 * Who is calling.
 *
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function identityOf({ trusted: { policy }, claims, subject }: ValidatedToken): Identity {
  const { identity: mapping, mayGrant = ALL_GRANTS } = policy;
  const issuer = issuerNameOf(policy, claims['iss']);
  const identity: Identity = {
    issuer,
    subject,
    id: `${issuer}|${subject}`,
    clientId: clientIdOf(claims, mapping),
    audience: frozen(addStrings(claims['aud'], [])),
    scopes: frozen(granted(scopesOf(claims, policy), mayGrant.scopes)),
    roles: frozen(granted(collect(claims, 'roles', mapping.roles, addStrings), mayGrant.roles)),
    tenant: firstString(claims, mapping.tenant.paths),
    expiresAt: claims.exp,
    tokenId: nonEmptyString(claims['jti']),
    claims,
  };
  return Object.freeze(markedAsIdentity(identity));
}

/** Those that the token states, and those that they imply. */
function scopesOf(claims: Claims, { identity, scopeImplies }: IssuerPolicy): string[] {
  const stated = collect(claims, 'scopes', identity.scopes, addWords);
  return scopeImplies === undefined ? stated : withImplied(stated, scopeImplies);
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
    throw new Refusal('keys_unavailable', 'grants', 'a function of mayGrant failed', { cause });
  }
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

/** Adds a string, or the strings of a list; leaves out any other value. */
function addStrings(value: unknown, found: string[]): string[] {
  if (Array.isArray(value)) for (const one of value as readonly unknown[]) addString(one, found);
  else addString(value, found);
  return found;
}

function addString(value: unknown, found: string[]): void {
  const text = nonEmptyString(value);
  if (text !== undefined && (found.length > FEW || !found.includes(text))) found.push(text);
}
