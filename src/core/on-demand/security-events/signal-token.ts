import type { SubjectIdentifier } from '../../../config/revocation-config.js';
import type { Claims } from '../../identity/identity.js';
import type { JsonObject } from '../../jwt/unverified-token.js';
import { eventsIn, isFilled, isJsonObject, isMeantFor, isTime } from './event-claims.js';
import type { VerifiedEventToken } from './event-token-verifier.js';
import { RejectedEvent } from './rejected-event.js';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

/** The events that end tokens, and whether one session alone may be meant. */
const ENDING: Readonly<Record<string, 'session' | 'subject'>> = {
  [`${CAEP}/session-revoked`]: 'session',
  [`${CAEP}/credential-change`]: 'subject',
  [`${CAEP}/token-claims-change`]: 'subject',
  [`${RISC}/account-disabled`]: 'subject',
  [`${RISC}/account-purged`]: 'subject',
  [`${RISC}/sessions-revoked`]: 'subject',
};

/** An event that ends the tokens of a user or a session that were issued until it happened. */
export interface Signal {
  readonly ends: 'session' | 'subject';
  readonly subject: SubjectIdentifier;
  readonly atSeconds: number;
}

/**
 * Validates a security event token whose signature is verified (RFC 8417 section 2.2, SSF 1.0 section 4).
 *
 * @param audience the name of this receiver.
 * @returns the events in it that end tokens, and no others.
 */
export function validateSignalToken(
  { claims, sender }: VerifiedEventToken,
  audience: readonly string[],
  nowSeconds: number,
): readonly Signal[] | RejectedEvent {
  if (!isMeantFor(claims, audience))
    return new RejectedEvent('audience', '"aud" does not name this receiver');
  const latestSeconds = nowSeconds + sender.policy.clockToleranceSeconds;
  const events = eventsIn(claims);
  const fault = faultOf(claims, latestSeconds) ?? (events ? undefined : '"events" is malformed');
  if (fault !== undefined || events === undefined) return new RejectedEvent('claims', fault ?? '');
  const ending = Object.entries(events).filter(([uri]) => Object.hasOwn(ENDING, uri));
  const subject = claims['sub_id'];
  if (VERIFICATION in events && !isStreamIdentifier(subject))
    return new RejectedEvent('claims', '"sub_id" of a verification event is not an opaque id');
  if (ending.length > 0 && !isSubjectIdentifier(subject))
    return new RejectedEvent('claims', '"sub_id" is missing or malformed');
  return ending.map(([uri, payload]) => ({
    ends: ENDING[uri] as Signal['ends'],
    subject: subject as SubjectIdentifier,
    atSeconds: timeOf(payload, claims, latestSeconds),
  }));
}

export function isSubjectIdentifier(value: unknown): value is SubjectIdentifier {
  return isJsonObject(value) && isFilled(value['format']);
}

/** SSF 1.0 section 8.1.4.1. */
function isStreamIdentifier(value: unknown): boolean {
  return isSubjectIdentifier(value) && value.format === 'opaque' && isFilled(value['id']);
}

function faultOf(claims: Claims, latestSeconds: number): string | undefined {
  const { iat } = claims;
  if (!isTime(iat)) return '"iat" is missing';
  if (iat > latestSeconds) return '"iat" lies in the future';
  // SSF 1.0 section 4.1.2 and 4.1.7: what has these may be a token of another kind.
  if ('sub' in claims) return '"sub" is there';
  if ('exp' in claims) return '"exp" is there';
  return undefined;
}

/**
 * When it happened. A future time would refuse tokens until then, so the token's own time replaces it.
 */
function timeOf(payload: JsonObject, { toe, iat }: Claims, latestSeconds: number): number {
  const stated = [payload['event_timestamp'], toe].find(isTime);
  return stated !== undefined && stated <= latestSeconds ? stated : (iat as number);
}
