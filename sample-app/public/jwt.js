import { textOf } from './base64url.js';

/**
 * Header and payload, for people to read: nothing here has verified them.
 *
 * @param {string | undefined} token
 * @returns {{ header: object, payload: Record<string, unknown> } | undefined} `undefined`: it is no JWT.
 */
export function decodeJwt(token) {
  const [header, payload] = (token ?? '').split('.');
  if (header === undefined || payload === undefined) return undefined;
  try {
    return { header: objectIn(header), payload: objectIn(payload) };
  } catch {
    return undefined;
  }
}

/** @param {string} segment */
function objectIn(segment) {
  const value = JSON.parse(textOf(segment));
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  return value;
}
