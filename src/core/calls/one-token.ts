import { Refusal } from '../refusals/refusal.js';

/** The token of a request that has one (RFC 6750 section 2). */
export class OneToken {
  token: string | undefined;
  /** It was found where no other may have it. */
  private isSole = false;

  /**
   * @param mayBeSame another source may have the very same.
   * @throws Refusal `invalid_request` for a second one.
   */
  add(found: string | undefined, mayBeSame = false): void {
    if (found === undefined) return;
    const isSecond =
      this.token !== undefined && (found !== this.token || (this.isSole && !mayBeSame));
    if (isSecond) throw new Refusal('invalid_request', 'credentials', 'tokens in two places');
    this.token = found;
    this.isSole ||= !mayBeSame;
  }
}
