/**
 * RFC 4648 section 5, without padding.
 *
 * @param {Uint8Array} bytes
 */
export function base64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {string} text */
export function base64urlOfText(text) {
  return base64url(new TextEncoder().encode(text));
}

/**
 * The SHA-256 of a text, as base64url: what PKCE and DPoP send in the place of the text.
 *
 * @param {string} text
 */
export async function sha256(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return base64url(new Uint8Array(digest));
}

/**
 * The text in a segment of a JWT.
 *
 * @param {string} segment base64url
 */
export function textOf(segment) {
  const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
}
