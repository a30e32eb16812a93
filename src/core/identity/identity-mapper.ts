import { requireSync } from '../util/maybe-async.js';
import type {
  ClaimPlaces,
  IdentityMapping,
  ResolvedGrants,
  ScopeImplications,
} from '../../config/identity-mapping.js';
import { Refusal } from '../refusals/refusal.js';
import { claimAt, firstString, nonEmptyString } from '../jose/claim-path.js';
import { type CheckedClaims, type Claims, type Identity, markedAsIdentity } from './identity.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { issuerNameOf } from '../../config/tenant-template.js';

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

/** Scopes and all that they imply, directly or through others; each once, the implied ones last. */
export function withImplied(scopes: readonly string[], implications: ScopeImplications): string[] {
  const all = new Set(scopes);
  // Iterating a set also visits members added meanwhile, each once, so circles end.
  for (const scope of all) for (const implied of implications.get(scope) ?? []) all.add(implied);
  return [...all];
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

/** What of a token's claims an identity has that an issuer may also have a function for. */
type Member = 'subject' | 'scopes' | 'roles';

/**
 * Adds what all places give together to a list.
 *
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
function collect(
  claims: Claims,
  member: Member,
  places: ClaimPlaces,
  add: (value: unknown, found: string[]) => void,
): string[] {
  const found: string[] = [];
  for (const path of places.paths) {
    const value = claimAt(claims, path);
    add(path.isKeysOf ? keysOf(value) : value, found);
  }
  if (places.read) add(readBy(places.read, member, claims), found);
  return found;
}

/**
 * What a function of the application reads from the claims.
 *
 * @throws Refusal `keys_unavailable` when it fails, or gives a promise: the token was not checked.
 */
export function readBy(
  read: NonNullable<ClaimPlaces['read']>,
  member: Member,
  claims: Claims,
): unknown {
  try {
    return requireSync(read(claims), `identity.${member}`);
  } catch (cause) {
    throw new Refusal(
      'keys_unavailable',
      member === 'subject' ? 'subject' : 'grants',
      `the function identity.${member} failed`,
      { cause },
    );
  }
}

/** The keys of an object; none for any other value. */
function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : [];
}
