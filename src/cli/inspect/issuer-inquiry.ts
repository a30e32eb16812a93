import { contradictions } from '../../core/introspection/introspection-answer.js';
import { claimsOfAnswer } from '../../core/introspection/introspected-token.js';
import type { TokenRouter } from '../../core/introspection/token-router.js';
import type { Claims } from '../../core/identity/identity.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import { Refusal, type Result } from '../../core/refusals/refusal.js';

/** Asks an issuer about one token, as the module does. */
export class IssuerInquiry {
  constructor(private readonly router: Pick<TokenRouter, 'ownerOf' | 'introspectorOf'>) {}

  /** Whose an opaque token is. */
  ownerOf(token: string): TrustedIssuer | undefined {
    return this.router.ownerOf(token);
  }

  /**
   * What is said of a token, by its issuer and by itself.
   *
   * @throws Refusal `keys_unavailable`, as a rejection, when it can't be told.
   */
  async claimsOf(
    token: string,
    trusted: TrustedIssuer,
    own: Claims | undefined,
  ): Promise<Result<Claims>> {
    const answer = await this.router.introspectorOf(trusted)?.ask(token);
    if (answer?.active !== true)
      return new Refusal(
        'token_inactive',
        'active',
        'its issuer says that the token is not active',
      );
    const differing = own === undefined ? [] : contradictions(own, answer.members);
    if (differing.length > 0) {
      const reason = `token and answer differ in ${differing.join(', ')}`;
      throw new Refusal('keys_unavailable', 'introspection', reason);
    }
    return claimsOfAnswer({ ...own, ...answer.members }, trusted);
  }
}
