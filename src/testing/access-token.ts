import { randomUUID } from 'node:crypto';
import type { AccessTokenOptions } from './test-issuer-options.js';
import type { SigningKey } from './signing-key.js';

const DEFAULT_LIFETIME_SECONDS = 300;

/** Far beyond the largest clock tolerance that can be configured (300 s). */
const OUT_OF_TIME_SECONDS = 3_600;

/** What the issuer, not the caller, contributes to a token. */
export interface AccessTokenContext {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  readonly key: SigningKey;
  readonly nowSeconds: number;
}

/** Header and claims of a token, not yet signed; members that are `undefined` are not in it. */
export interface UnsignedAccessToken {
  readonly header: object;
  readonly claims: object;
}

/** A token with the claims of RFC 9068 section 2.2, as the options change them. */
export function accessToken(
  options: AccessTokenOptions,
  { issuer, audience, key, nowSeconds }: AccessTokenContext,
): UnsignedAccessToken {
  return {
    header: {
      alg: key.algorithm,
      typ: options.type ?? 'at+jwt',
      kid: options.kid ?? key.kid,
      ...options.header,
    },
    claims: {
      iss: issuer,
      sub: options.subject ?? 'alice',
      aud: options.audience ?? audience,
      client_id: options.clientId ?? 'test-client',
      scope: options.scopes?.join(' '),
      jti: randomUUID(),
      cnf: confirmationOf(options),
      iat: nowSeconds,
      exp: nowSeconds + lifetimeSeconds(options),
      ...options.claims,
    },
  };
}

/** The same token, issued so long ago that its `exp` passed an hour ago. */
export function expiredAccessToken(
  options: AccessTokenOptions,
  context: AccessTokenContext,
): UnsignedAccessToken {
  const issuedAt = context.nowSeconds - OUT_OF_TIME_SECONDS - lifetimeSeconds(options);
  return accessToken(options, { ...context, nowSeconds: issuedAt });
}

/** The same token, issued now and valid (`nbf`) only in an hour, from when its lifetime counts. */
export function notYetValidAccessToken(
  options: AccessTokenOptions,
  context: AccessTokenContext,
): UnsignedAccessToken {
  const nbf = context.nowSeconds + OUT_OF_TIME_SECONDS;
  const claims = { nbf, exp: nbf + lifetimeSeconds(options), ...options.claims };
  return accessToken({ ...options, claims }, context);
}

/** What the token is bound to (RFC 7800 section 3.1). */
function confirmationOf({ certificate, dpop }: AccessTokenOptions): object | undefined {
  if (certificate === undefined && dpop === undefined) return undefined;
  return { 'x5t#S256': certificate?.thumbprint, jkt: dpop?.thumbprint };
}

function lifetimeSeconds(options: AccessTokenOptions): number {
  return options.expiresInSeconds ?? options.expiresIn ?? DEFAULT_LIFETIME_SECONDS;
}
