import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link betterAuth}. */
export interface BetterAuthOptions {
  /** The `baseURL` of the server, without its path: `https://app.example.com`. */
  readonly url: string;
  /** The server's `basePath`. Default `/api/auth`. */
  readonly basePath?: string;
  /** Accepted `aud`. Default the `url`, which the JWT plugin writes. For the OAuth provider name the resource. */
  readonly audience?: string | readonly string[];
}

/**
 * Tokens of a Better Auth server: those of its JWT plugin, and access tokens of its OAuth provider. The
 * first have the base URL as `iss`, the second the base URL with the path; the `Identity.issuer` is the
 * base URL for both. A server with `jwt.issuer` set is an issuer of its own: name it in `issuerAliases`.
 *
 * - `iss`, `aud`, keys at `/api/auth/jwks`: https://better-auth.com/docs/plugins/jwt
 * - Defaults: https://github.com/better-auth/better-auth/blob/main/packages/better-auth/src/plugins/jwt/sign.ts,
 *   https://github.com/better-auth/better-auth/blob/main/packages/oauth-provider/src/token.ts
 *
 * @throws AuthConfigurationError when an option is missing or malformed.
 */
export function betterAuth(options: BetterAuthOptions): TrustedIssuerConfig {
  const known = { url: true, basePath: true, audience: true } as const;
  const { url, basePath = '/api/auth', audience } = optionsOf('betterAuth', options, known);
  const base = addressOption('betterAuth.url', url, 'https://app.example.com', basePath);
  if (!/^(?:\/[\w.~-]+)+$/.test(basePath))
    return refuseOption('betterAuth.basePath', 'is not a path. Write it like "/api/auth".');
  return {
    issuer: base,
    issuerAliases: [`${base}${basePath}`],
    audience: audience ?? base,
    keys: { jwksUri: `${base}${basePath}/jwks` },
  };
}
