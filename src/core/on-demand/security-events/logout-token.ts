import type { Claims } from '../../identity/identity.js';
import { checkTimes } from '../../jwt/time-rules.js';
import type { VerifiedEventToken } from './event-token-verifier.js';
import { eventsIn, isFilled, isMeantFor, isTime } from './event-claims.js';
import { RejectedEvent } from './rejected-event.js';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Who is logged out, and when. */
export interface Logout {
  readonly sessionId: string | undefined;
  readonly subject: string | undefined;
  readonly atSeconds: number;
}

/** Validates a logout token whose signature is verified (OpenID Connect Back-Channel Logout 1.0 section 2.6). */
export function validateLogoutToken(
  { claims, sender, isRepeated }: VerifiedEventToken,
  nowSeconds: number,
): Logout | RejectedEvent {
  const { policy } = sender;
  const clientId = policy.config.backChannelLogout?.clientId;
  if (clientId === undefined || !isMeantFor(claims, [clientId]))
    return new RejectedEvent('audience', '"aud" does not name the client');
  const fault = faultOf(claims);
  if (fault !== undefined) return new RejectedEvent('claims', fault);
  // How old access tokens may be does not matter for logout tokens.
  const refusal = checkTimes(claims, { ...policy, maxTokenAgeSeconds: undefined }, nowSeconds);
  if (refusal) return new RejectedEvent('claims', refusal.reason);
  if (isRepeated) return new RejectedEvent('repeated', 'a token with this "jti" was here before');
  const { sid, sub, iat } = claims;
  return {
    sessionId: isFilled(sid) ? sid : undefined,
    subject: isFilled(sub) ? sub : undefined,
    atSeconds: iat as number,
  };
}

function faultOf(claims: Claims): string | undefined {
  const { iat, sub, sid } = claims;
  if (!isTime(iat)) return '"iat" is missing';
  if (eventsIn(claims)?.[LOGOUT_EVENT] === undefined) return '"events" does not say logout';
  // So that no ID token passes for one.
  if ('nonce' in claims) return '"nonce" is there';
  if (sub === undefined && sid === undefined) return 'neither "sub" nor "sid" is there';
  if ((sub !== undefined && !isFilled(sub)) || (sid !== undefined && !isFilled(sid)))
    return '"sub" or "sid" is no text';
  return undefined;
}
