/**
 * The token in a text that was pasted: with its scheme, quoted, or broken into lines by a terminal.
 *
 * @param {string} text
 * @returns {string}
 * @throws Error that says what to do, where there is none.
 */
export function tokenIn(text) {
  const token = text
    .replace(/^[\s'"]*(?:authorization:\s*)?(?:(?:bearer|dpop)\s+)?/i, '')
    .replaceAll(/[\s'"]/g, '');
  if (token === '') throw new Error('there is no token in the field.');
  // RFC 9110 section 5.5: what a browser would not send.
  if (!/^[!-~]+$/.test(token))
    throw new Error('the text holds a character that no header can carry, so it is no token.');
  return token;
}
