import { randomBytes } from 'node:crypto';

/**
 * Either kind is new each time, and as long.
 *
 * @param {'random' | 'malformed'} kind
 */
export function badToken(kind) {
  const random = randomBytes(24).toString('base64url');
  return kind === 'random' ? random : `${random.slice(0, 31)}!`;
}
