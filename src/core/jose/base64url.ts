/** base64url (RFC 4648 section 5) has neither `+` nor `/`, and JWS no padding; Node would accept all three. */
const STRANGERS = ['+', '/', '='] as const;

/** What may stand last where a group has two characters, or three: the bits that are not used are zero. */
const LAST_OF_TWO = 'AQgw';
const LAST_OF_THREE = 'AEIMQUYcgkosw048';

/**
 * Bytes by which the buffer is longer than the text. A text with wider characters is cut off there, and
 * even then more than `text.length` bytes are written, so it is noticed.
 */
export const SCRATCH_MARGIN_BYTES = 4;

/**
 * Whether a text has only characters that {@link decodeBase64url} can judge; asked once for all
 * segments.
 *
 * @param scratch longer than the text by {@link SCRATCH_MARGIN_BYTES}; what is in it is overwritten.
 */
export function isFitForBase64url(text: string, scratch: Buffer): boolean {
  // Node takes the lower half of a wider character for the whole. To write the text out as UTF-8 is the
  // quickest way to learn that it has none.
  return (
    scratch.write(text) === text.length && !STRANGERS.some((stranger) => text.includes(stranger))
  );
}

/**
 * Strict base64url (RFC 4648 sections 3.5 and 5): no stray character, no padding and no unused bit that
 * is set, so that one segment has one spelling.
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
  // Node skips what it does not know, and then there are fewer bytes than there should be.
  const bytes = into.write(segment, 'base64url');
  return bytes === Math.floor((length * 3) / 4) ? bytes : undefined;
}

/**
 * A segment without the padding that RFC 7515 section 2 leaves out and some issuers write all the same;
 * `undefined` where it is not padded to whole groups.
 */
export function withoutPadding(segment: string): string | undefined {
  if (segment.length % 4 !== 0) return undefined;
  return segment.replace(/={1,2}$/, '');
}
