import type { Claims } from '../../identity/identity.js';
import type { JsonObject } from '../../jwt/unverified-token.js';

/** The events of a token by their URIs (RFC 8417 section 2.2), each with its payload; `undefined` where that is malformed. */
export function eventsIn({ events }: Claims): Readonly<Record<string, JsonObject>> | undefined {
  if (!isJsonObject(events)) return undefined;
  const payloads = Object.values(events);
  const isSound = payloads.length > 0 && payloads.every(isJsonObject);
  return isSound ? (events as Readonly<Record<string, JsonObject>>) : undefined;
}

/** Whether `aud` names one of these receivers. */
export function isMeantFor({ aud }: Claims, receivers: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return receivers.some((receiver) => named.includes(receiver));
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A time after the epoch (RFC 7519 section 2, NumericDate). */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
