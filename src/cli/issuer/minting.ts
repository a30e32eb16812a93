import type { AccessTokenOptions } from '../../testing/test-issuer-options.js';
import type { TestIssuer } from '../../testing/test-issuer.js';

/** The kinds of token that can be asked for; all but the first are refused by an API. */
export const TOKEN_KINDS = ['good', 'expired', 'not-yet-valid', 'tampered'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Longest lifetime in seconds: a year. */
export const MAX_LIFETIME_SECONDS = 31_536_000;

/** One token as it is asked for. */
export interface MintRequest extends AccessTokenOptions {
  readonly kind: TokenKind;
}

/** Mints a token. */
export function mint(issuer: TestIssuer, { kind, ...options }: MintRequest): string {
  switch (kind) {
    case 'good':
      return issuer.token(options);
    case 'expired':
      return issuer.expiredToken(options);
    case 'not-yet-valid':
      return issuer.notYetValidToken(options);
    case 'tampered':
      return issuer.tamperedToken(options);
  }
}

/**
 * Reads a token request from a form, with the parameter names of RFC 6749 and RFC 8693. An empty field
 * counts as absent.
 *
 * @throws RangeError that says which field is wrong.
 */
export function readMintRequest(form: URLSearchParams): MintRequest {
  const field = (name: string): string | undefined => form.get(name)?.trim() || undefined;
  const kind = field('kind') ?? 'good';
  if (!isTokenKind(kind)) throw new RangeError(`kind must be one of ${TOKEN_KINDS.join(', ')}`);
  const [subject, scope, audience, clientId, lifetime, claims] = [
    ...[field('subject'), field('scope'), field('audience')],
    ...[field('client_id'), field('expires_in'), field('claims')],
  ];
  return {
    kind,
    ...(subject !== undefined && { subject }),
    ...(scope !== undefined && { scopes: scope.split(/\s+/) }),
    ...(audience !== undefined && { audience: audience.split(/\s+/) }),
    ...(clientId !== undefined && { clientId }),
    ...(lifetime !== undefined && { expiresInSeconds: lifetimeIn(lifetime) }),
    ...(claims !== undefined && { claims: claimsIn(claims) }),
  };
}

/** The form that {@link readMintRequest} reads. */
export function mintForm(request: MintRequest): URLSearchParams {
  const { kind, subject, scopes, audience, clientId, expiresInSeconds, claims } = request;
  const fields: Record<string, string | undefined> = {
    grant_type: 'client_credentials',
    kind,
    subject,
    scope: scopes?.join(' '),
    audience: audience === undefined ? undefined : [audience].flat().join(' '),
    client_id: clientId,
    expires_in: expiresInSeconds?.toString(),
    claims: claims && JSON.stringify(claims),
  };
  const given = Object.entries(fields).filter((field): field is [string, string] => !!field[1]);
  return new URLSearchParams(given);
}

function isTokenKind(kind: string): kind is TokenKind {
  return (TOKEN_KINDS as readonly string[]).includes(kind);
}

function lifetimeIn(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_LIFETIME_SECONDS)
    throw new RangeError(`expires_in must be whole seconds from 1 to ${MAX_LIFETIME_SECONDS}`);
  return seconds;
}

function claimsIn(text: string): Readonly<Record<string, unknown>> {
  let claims: unknown;
  try {
    claims = JSON.parse(text);
  } catch {
    throw new RangeError('claims must be JSON');
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw new RangeError('claims must be a JSON object');
  return claims as Record<string, unknown>;
}
