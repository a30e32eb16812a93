import { randomBytes } from 'node:crypto';

/** Tokens that begin so are good. */
export const GOOD = 'good_';

/** One that was not seen before. */
export const newToken = () => GOOD + randomBytes(32).toString('base64url');

/**
 * Either kind is new each time, and as long.
 *
 * @param {'random' | 'malformed'} kind
 */
export function badToken(kind) {
  const random = randomBytes(24).toString('base64url');
  return kind === 'random' ? random : `${random.slice(0, 31)}!`;
}
