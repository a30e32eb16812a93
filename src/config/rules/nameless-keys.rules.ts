import { MAX_KEY_TRIES } from '../../keys/key-source.js';

/**
 * What is wrong with keys that have no `kid` and are more than are tried for one token: those beyond
 * verify none, and nothing would ever say so. `undefined` when each can have its turn.
 *
 * @param keys the algorithms that each of the keys can verify.
 * @param accepted the algorithms the issuer names; `undefined` when it names none.
 * @param remedy how to give them a `kid`.
 */
export function namelessKeysFault(
  keys: readonly (readonly string[])[],
  accepted: readonly string[] | undefined,
  remedy: string,
): string | undefined {
  for (const name of new Set(keys.flat())) {
    const fitting = keys.filter((algorithms) => algorithms.includes(name)).length;
    if (fitting > MAX_KEY_TRIES && (accepted?.includes(name) ?? true))
      return `${fitting} keys without a kid fit ${name}, and for one token no more than ${MAX_KEY_TRIES} are tried: tokens of the others would be refused. ${remedy}, or remove those that sign no more.`;
  }
  return undefined;
}
