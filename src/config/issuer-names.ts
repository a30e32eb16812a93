/**
 * The name under which a prefix of opaque tokens is kept among the issuers: no issuer contains white space.
 *
 * @param prefix empty for all tokens that begin with no configured prefix.
 */
export function prefixName(prefix: string): string {
  return `tokenPrefix ${prefix}`;
}
