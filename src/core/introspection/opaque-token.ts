import { isWordForNothing } from '../refusals/malformed-token.js';

/**
 * Whether a token is a JWS, well-formed or not: three parts, of which the first decodes to a JSON object with
 * `alg`. Decoded as leniently as possible: no server is sent what some parser could take for a JWS.
 */
export function isJws(token: string): boolean {
  const first = token.indexOf('.');
  if (first <= 0) return false;
  const second = token.indexOf('.', first + 1);
  if (second === -1 || token.includes('.', second + 1)) return false;
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, first), 'base64').toString());
    return typeof header === 'object' && header !== null && Object.hasOwn(header, 'alg');
  } catch {
    return false;
  }
}

/** Whether a text that is no JWS may be an access token at all, so that its issuer is asked about it. */
export function mayBeOpaque(token: string): boolean {
  return isB64Token(token) && !isWordForNothing(token);
}

const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Whether a text has the form of a bearer token (RFC 6750 section 2.1). */
export function isB64Token(text: string): boolean {
  return B64TOKEN.test(text);
}
