/** Answers whether an issuer string is taken; a `Set` does. */
export interface IssuersInUse {
  has(issuer: string): boolean;
}

const NONE: IssuersInUse = new Set<string>();

/** Knows at which path each issuer string stands first, so that a second use is told where. */
export class IssuerUses {
  readonly #firstUses = new Map<string, string>();

  /** @param inUse issuer strings of the trusted issuers there already are */
  constructor(private readonly inUse: IssuersInUse = NONE) {}

  /** Takes down that a value stands at a path, unless it already stands elsewhere. */
  add(issuer: unknown, path: string): void {
    if (typeof issuer === 'string' && !this.#firstUses.has(issuer)) {
      this.#firstUses.set(issuer, path);
    }
  }

  /** Where an issuer string stands first, unless that is `path`. */
  elsewhere(issuer: string, path: string): string | undefined {
    if (this.inUse.has(issuer)) return 'another trusted issuer';
    const first = this.#firstUses.get(issuer);
    return first === path ? undefined : first;
  }
}
