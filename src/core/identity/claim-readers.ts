import { atOnce } from '../util/require-sync.js';
import type { ClaimPlaces } from '../../config/identity-mapping.js';
import { Refusal } from '../refusals/refusal.js';
import { claimAt } from './claim-path.js';
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
 * What a function of the application makes of the claims.
 *
 * @throws Refusal `keys_unavailable` when it fails, or gives a promise: the token was not judged.
 */
export function readBy(
  read: NonNullable<ClaimPlaces['read']>,
  member: Member,
  claims: Claims,
): unknown {
  try {
    return atOnce(read(claims), `identity.${member}`);
  } catch (cause) {
    throw new Refusal('keys_unavailable', `the function identity.${member} failed`, { cause });
  }
}

/** Names that stand as the keys of an object; nothing for any other value. */
function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : [];
}
