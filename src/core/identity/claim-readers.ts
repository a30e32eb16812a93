import { requireSync } from '../util/maybe-async.js';
import type { ClaimPlaces } from '../../config/identity-mapping.js';
import { Refusal } from '../refusals/refusal.js';
import { type ClaimPath, claimAt } from '../jose/claim-path.js';
import type { Claims } from './identity.js';

/** What of a token's claims an identity has that an issuer may also have a function for. */
type Member = 'subject' | 'scopes' | 'roles';

/**
 * Adds what all places give together to a list.
 *
 * @throws Refusal `keys_unavailable` when a function of the application fails.
 */
export function collect(
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

/** The first string that is there; well-formed, because lone surrogates become one and the same as UTF-8. */
export function firstString(claims: Claims, paths: readonly ClaimPath[]): string | undefined {
  for (const path of paths) {
    const value = wellFormed(nonEmptyString(claimAt(claims, path)));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first whole number that is there, as its decimal text. */
export function firstInteger(claims: Claims, paths: readonly ClaimPath[]): string | undefined {
  return paths
    .map((path) => claimAt(claims, path))
    .find(Number.isSafeInteger)
    ?.toString();
}

export function wellFormed(text: string | undefined): string | undefined {
  return text?.isWellFormed() ? text : undefined;
}

export function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
