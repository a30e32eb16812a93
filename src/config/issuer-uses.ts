/** Knows at which path each issuer string stands first, so that a second use is told where. */
export class IssuerUses {
  readonly #firstUses = new Map<string, string>();

  /** @param issuersInUse issuer strings of the trusted issuers there already are */
  constructor(issuersInUse: Iterable<string> = []) {
    for (const issuer of issuersInUse) this.#firstUses.set(issuer, 'another trusted issuer');
  }

  /** Takes down that a value stands at a path, unless it already stands elsewhere. */
  add(issuer: unknown, path: string): void {
    if (typeof issuer === 'string' && !this.#firstUses.has(issuer)) {
      this.#firstUses.set(issuer, path);
    }
  }

  /** Where an issuer string stands first, unless that is `path`. */
  elsewhere(issuer: string, path: string): string | undefined {
    const first = this.#firstUses.get(issuer);
    return first === path ? undefined : first;
  }
}
