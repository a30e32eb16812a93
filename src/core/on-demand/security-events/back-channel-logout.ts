import type { TrustedIssuers } from '../../issuers/trusted-issuers.js';
import type { Clock } from '../../util/clock.js';
import { formParameter } from './posted-token.js';
import type { EventAnswer, EventReceiver } from './event-endpoint.js';
import type {
  EventTokenKind,
  EventTokenVerifier,
  VerifiedEventToken,
} from './event-token-verifier.js';
import { type Logout, validateLogoutToken } from './logout-token.js';
import { RejectedEvent, TooManyUnverified } from './rejected-event.js';
import { namingNoSession } from './signal-targets.js';
import type { TokenEndings } from './token-endings.js';

/** The logout tokens of those trusted issuers that are said to send them. */
export function logoutTokens(issuers: Pick<TrustedIssuers, 'find'>): EventTokenKind {
  return {
    type: 'logout+jwt',
    senderOf: async (iss) => {
      const trusted = await issuers.find(iss);
      return trusted?.policy.config.backChannelLogout && trusted;
    },
  };
}

/**
 * Takes the logout tokens of issuers (OpenID Connect Back-Channel Logout 1.0), and ends the access tokens of
 * that session, or of that subject where no session is named.
 */
export class BackChannelLogout implements EventReceiver {
  readonly name = 'backChannelLogout';
  readonly mediaType = 'application/x-www-form-urlencoded';

  constructor(
    private readonly verifier: EventTokenVerifier,
    private readonly endings: TokenEndings,
    private readonly clock: Clock,
  ) {}

  async receive(body: unknown): Promise<EventAnswer> {
    const text = formParameter(body, 'logout_token');
    if (text === undefined) return this.malformed('there must be one "logout_token"');
    const token = await this.verifier.verify(text);
    if (token instanceof TooManyUnverified) return token.answer;
    if (token instanceof RejectedEvent) return this.malformed(token.description);
    const logout = validateLogoutToken(token, this.clock.now() / 1_000);
    if (logout instanceof RejectedEvent) return this.malformed(logout.description);
    await this.end(logout, token);
    return { status: 200 };
  }

  /** OpenID Connect Back-Channel Logout 1.0 section 2.8. */
  malformed(description: string): EventAnswer {
    return {
      status: 400,
      body: { error: 'invalid_request', error_description: description },
      reason: description,
    };
  }

  /**
   * As of the time at which the issuer says it: when the token arrives, the user may have logged in again. With
   * a session end the tokens of its subject that name none.
   */
  private async end(
    { sessionId, subject, atSeconds }: Logout,
    token: VerifiedEventToken,
  ): Promise<void> {
    const { issuer } = token;
    const sessions = sessionId === undefined ? [] : [{ issuer, sessionId }];
    const subjects = subject === undefined ? [] : [{ issuer, subject }];
    const targets =
      sessionId === undefined ? subjects : [...sessions, ...subjects.map(namingNoSession)];
    try {
      await this.endings.end(targets, atSeconds);
    } catch (error) {
      token.forget();
      throw error;
    }
  }
}
