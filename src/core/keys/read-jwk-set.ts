import { KEY_LIMITS } from './key-limits.js';
import { jwkMembers } from '../jose/jwk-members.js';
import { KeyEntry } from './key-entry.js';
import { KeySet } from './key-set.js';
import { beyondTries } from './key-source.js';
import { PassedOver } from './passed-over.js';

/** A key set that was read. */
export interface KeySetReading {
  readonly keys: KeySet;
  /** Why entries were ignored, for the log. */
  readonly passedOver: PassedOver;
}

/** What is used beside the document to read a set. */
export interface KeySetSurroundings {
  /** The set as it was: entries that have not changed keep their keys. */
  readonly before?: KeySet;
  /** Is told of entries that turn out to be unusable when a token needs them. */
  readonly tell?: (passedOver: PassedOver) => void;
}

/**
 * Reads a JWK Set (RFC 7517 section 5). Entries that cannot verify a signature are ignored:
 * one broken key must not take the good ones with it. Parsing a key costs something, so the first keys
 * are parsed here and each of the others when a token needs it, however many they are.
 *
 * @returns `undefined` when it is no JWK Set at all.
 */
export function readJwkSet(
  document: unknown,
  { before, tell }: KeySetSurroundings = {},
): KeySetReading | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const given: unknown = (document as { keys?: unknown }).keys;
  if (!Array.isArray(given)) return undefined;
  const entries = new Map<string, KeyEntry>();
  const passedOver = new PassedOver();
  for (const [position, item] of given.entries()) {
    const members = jwkMembers(item);
    if (typeof members === 'string') {
      passedOver.add(position, members);
      continue;
    }
    if (entries.has(members.name)) continue;
    const entry = before?.entries.get(members.name) ?? KeyEntry.ofJwk(members);
    entry.position = position;
    entries.set(members.name, entry);
    if (entries.size <= KEY_LIMITS.keysParsedAtOnce) entry.read();
    if (entry.fault !== undefined) passedOver.add(position, entry.fault);
  }
  const keys = new KeySet(entries, tell);
  for (const reason of beyondTries(keys.usable)) passedOver.add(undefined, reason);
  return { keys, passedOver };
}
