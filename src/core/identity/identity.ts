import { LONGEST_TIMER_MS } from '../util/clock.js';
import { Refusal } from '../refusals/refusal.js';

/** Claims of a verified token, deeply frozen. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Who is calling, taken from a verified access token. Frozen, claims included, because one object may
 * serve many requests. The token itself is not on it.
 *
 * @example
 * ```ts
 * function ownsNote(caller: Identity, note: { ownerId: string }): boolean {
 *   return note.ownerId === caller.id; // not `subject`: two issuers may have the same one
 * }
 * ```
 */
export interface Identity {
  /** The trusted issuer, as configured in `issuer`, whichever alias the token names. */
  readonly issuer: string;
  /**
   * The subject, unique only within {@link issuer}. Always well-formed Unicode, so that it is unique in a
   * database, too: a subject with a lone surrogate is not accepted.
   */
  readonly subject: string;
  /** `issuer|subject`: unique across all trusted issuers. Key accounts by this, never by e-mail. */
  readonly id: string;
  /** The client the token was issued to (RFC 9068 section 2.2 `client_id`), where the token says. Well-formed Unicode. */
  readonly clientId: string | undefined;
  /** The token's `aud`, always as a list; empty when it has none. */
  readonly audience: readonly string[];
  /** Scopes granted to the token, and those that they imply (`scopeImplies`), without duplicates. */
  readonly scopes: readonly string[];
  /** Roles and groups the issuer states, without duplicates. */
  readonly roles: readonly string[];
  /** The tenant or organisation, where the token says. Well-formed Unicode. */
  readonly tenant: string | undefined;
  /** When the token expires, in seconds since the epoch: its `exp` (RFC 7519 section 4.1.4). */
  readonly expiresAt: number;
  /** The token's `jti` (RFC 7519 section 4.1.7), where it has one. */
  readonly tokenId: string | undefined;
  /** All claims of the token, verified and deeply frozen. */
  readonly claims: Claims;
}

/** Claims whose times and audience were validated; deeply frozen. */
export interface CheckedClaims extends Claims {
  readonly exp: number;
}

/** Registered, so that two copies of this package in one process know each other's identities. */
const IDENTITY = Symbol.for('nestjs-trusted-issuers:identity');

/**
 * Marks an object as an identity that this module made; to be called before it is frozen. The mark is the
 * object itself, under a symbol that is not enumerable: JSON can't hold it, and no copy has it.
 */
export function markedAsIdentity<Made extends Identity>(made: Made): Made {
  return Object.defineProperty(made, IDENTITY, { value: made });
}

/** Whether a value is an identity that this module made. One that only looks like it, or a copy, does not count. */
export function isIdentity(user: unknown): user is Identity {
  if (typeof user !== 'object' || user === null) return false;
  return (user as { readonly [IDENTITY]?: unknown })[IDENTITY] === user;
}

/** Whether code that reads it would take a value for an identity. */
export function looksLikeIdentity(user: unknown): boolean {
  if (typeof user !== 'object' || user === null) return false;
  const { issuer, subject } = user as Partial<Record<keyof Identity, unknown>>;
  return typeof issuer === 'string' && typeof subject === 'string';
}

/** Deeper claims have no use, and code that walks claims, such as a logger, may not be ready for them. */
export const MAX_DEPTH = 32;

/**
 * Freezes a value and all in it.
 *
 * @throws Refusal `claims_invalid` when it is nested too deeply to be handed on safely.
 */
export function deepFreeze<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH)
    throw new Refusal('claims_invalid', 'nesting', 'claims are nested too deeply');
  if (Array.isArray(value)) for (const member of value as unknown[]) deepFreeze(member, depth + 1);
  else freezeMembers(value, depth + 1);
  return Object.freeze(value);
}

/** Without `Object.values`, which makes a list for every object of every token. */
function freezeMembers(value: object, depth: number): void {
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member === 'object' && Object.hasOwn(value, name)) deepFreeze(member, depth);
  }
}

/** How soon to check a token again that has expired and is accepted only by its issuer's clock tolerance. */
const TOLERATED_MS = 1_000;

/** How long to keep a connection open for a caller before the token is checked again. */
export function untilExpiryMs({ expiresAt }: Pick<Identity, 'expiresAt'>, nowMs: number): number {
  const remaining = expiresAt * 1_000 - nowMs;
  return Math.min(remaining > 0 ? remaining : TOLERATED_MS, LONGEST_TIMER_MS);
}
