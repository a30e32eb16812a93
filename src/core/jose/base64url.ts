/** base64url (RFC 4648 section 5) has neither `+` nor `/`, and JWS no padding; Node would accept all three. */
const STRANGERS = ['+', '/', '='] as const;

/** Characters that may end a last group of two, or of three: their unused bits are zero. */
const LAST_OF_TWO = 'AQgw';
const LAST_OF_THREE = 'AEIMQUYcgkosw048';

/**
 * How many bytes the buffer is longer than the text. A text with wider characters is cut off there, but even
 * then more than `text.length` bytes are written, so it is detected.
 */
export const SCRATCH_MARGIN_BYTES = 4;

/**
 * Whether a text has only characters that {@link decodeBase64url} can check; called once for all
 * segments.
 *
 * @param scratch longer than the text by {@link SCRATCH_MARGIN_BYTES}; its contents are overwritten.
 */
export function isFitForBase64url(text: string, scratch: Buffer): boolean {
  // Node would read only the low byte of a wider character. Writing the text as UTF-8 is the fastest way
  // to find out that it has none.
  return (
    scratch.write(text) === text.length && !STRANGERS.some((stranger) => text.includes(stranger))
  );
}

/**
 * Decodes strict base64url (RFC 4648 sections 3.5 and 5): no stray character, no padding and no unused bit
 * set, so that each segment has one spelling.
 *
 * @param segment of a text that {@link isFitForBase64url}.
 * @param into where the bytes go; at least as long as the segment.
 * @returns how many bytes it has, or `undefined` when it is not canonical.
 */
export function decodeBase64url(segment: string, into: Buffer): number | undefined {
  const { length } = segment;
  const inLastGroup = length % 4;
  if (inLastGroup === 1) return undefined;
  const last = segment.charAt(length - 1);
  if (inLastGroup === 2 && !LAST_OF_TWO.includes(last)) return undefined;
  if (inLastGroup === 3 && !LAST_OF_THREE.includes(last)) return undefined;
  // Node skips characters it does not know; then there are fewer bytes than expected.
  const bytes = into.write(segment, 'base64url');
  return bytes === Math.floor((length * 3) / 4) ? bytes : undefined;
}

/**
 * A segment without the padding that RFC 7515 section 2 omits and some issuers write anyway;
 * `undefined` where it is not padded to whole groups.
 */
export function withoutPadding(segment: string): string | undefined {
  if (segment.length % 4 !== 0) return undefined;
  return segment.replace(/={1,2}$/, '');
}
