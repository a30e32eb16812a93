import type { VerificationKey } from './key-source.js';

/**
 * The keys just read, each replaced by the very object known before where it is the same key with
 * the same `kid` and use. So the object tells whether a key is still what it was: the same `kid` with
 * new material is a new object. A key that stands in the set twice counts once.
 */
export function retainKnown(
  known: readonly VerificationKey[],
  read: readonly VerificationKey[],
): readonly VerificationKey[] {
  const keys: VerificationKey[] = [];
  for (const key of read)
    if (!keys.some((other) => isSame(key, other)))
      keys.push(known.find((other) => isSame(key, other)) ?? key);
  return keys;
}

function isSame(a: VerificationKey, b: VerificationKey): boolean {
  return (
    a.keyId === b.keyId &&
    a.issuer === b.issuer &&
    a.thumbprints?.join() === b.thumbprints?.join() &&
    a.algorithms.join() === b.algorithms.join() &&
    a.key.asymmetricKeyType === b.key.asymmetricKeyType &&
    a.key.equals(b.key)
  );
}
