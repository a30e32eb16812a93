/**
 * The name under which a prefix of opaque tokens is noted beside the issuers: no issuer holds white space.
 *
 * @param prefix empty for all tokens that begin with nobody's.
 */
export function prefixName(prefix: string): string {
  return `tokenPrefix ${prefix}`;
}
