/** One token, by its `jti`. */
export interface TokenMark {
  readonly kind: 'token';
  readonly issuer: string;
  /** The token's `jti` (RFC 7519 section 4.1.7). */
  readonly tokenId: string;
  /** In seconds since the epoch: when the token has expired in any case. */
  readonly untilSeconds: number;
}

/** What all marks that revoke tokens by their time of issue have in common. */
interface IssuedBefore {
  readonly issuer: string;
  /** Tokens whose `iat` is not after this time, in seconds since the epoch, are revoked. */
  readonly issuedBeforeSeconds: number;
  /** In seconds since the epoch: when the last of those tokens has expired in any case. */
  readonly untilSeconds: number;
}

/** The tokens of one session at the issuer, by their `sid`. */
export interface SessionMark extends IssuedBefore {
  readonly kind: 'session';
  readonly sessionId: string;
}

/** The tokens of one subject. */
export interface SubjectMark extends IssuedBefore {
  readonly kind: 'subject';
  readonly subject: string;
}

/** The tokens that one client was given, for any subject. */
export interface ClientMark extends IssuedBefore {
  readonly kind: 'client';
  readonly clientId: string;
}

/** All tokens of an issuer. */
export interface IssuerMark extends IssuedBefore {
  readonly kind: 'issuer';
}

/**
 * What was revoked. A {@link RevocationStore} keeps it and hands it to every process.
 *
 * `issuer` is the exact string in the `iss` of the tokens, which for most is also `identity.issuer`. An issuer
 * that has aliases is one issuer: a mark that has any of its names counts for its tokens under all of them. So
 * does one that has the name of a template, for all of its tenants; one that has the name of a tenant counts
 * for that tenant alone.
 */
export type RevocationMark = TokenMark | SessionMark | SubjectMark | ClientMark | IssuerMark;

/** The member that says whose tokens, by kind; for an issuer its name is enough. */
const NAMED_BY = {
  token: 'tokenId',
  session: 'sessionId',
  subject: 'subject',
  client: 'clientId',
  issuer: 'issuer',
} as const satisfies Record<RevocationMark['kind'], string>;

/**
 * Replaces the session of a subject's tokens that name none. They end with any session of the subject,
 * because it is unknown to which one they belong.
 */
export function withoutSession(subject: string): string {
  return `without sid: ${subject}`;
}

/** Every kind of mark. */
export const MARK_KINDS = Object.keys(NAMED_BY) as readonly RevocationMark['kind'][];

/** Whose tokens a mark is about, within its issuer. */
export function nameIn(mark: RevocationMark): string {
  return (mark as unknown as Readonly<Record<string, string>>)[NAMED_BY[mark.kind]] ?? '';
}

/** Whether a value is a mark: a store may return anything, even what throws when it is read. */
export function isRevocationMark(value: unknown): value is RevocationMark {
  try {
    return isMark(value);
  } catch {
    return false;
  }
}

function isMark(value: unknown): boolean {
  const mark = Object(value) as Readonly<Record<string, unknown>>;
  const { kind, issuer, untilSeconds, issuedBeforeSeconds } = mark;
  if (typeof kind !== 'string' || !Object.hasOwn(NAMED_BY, kind)) return false;
  const name = mark[NAMED_BY[kind as RevocationMark['kind']]];
  return (
    isName(issuer) &&
    isName(name) &&
    Number.isFinite(untilSeconds) &&
    (kind === 'token' || Number.isFinite(issuedBeforeSeconds))
  );
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
