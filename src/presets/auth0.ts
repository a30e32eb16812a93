import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { hostOption, optionsOf } from './preset-options.js';

/** Options of {@link auth0}. */
export interface Auth0Options {
  /** The tenant's domain or a custom domain, without scheme: `acme.eu.auth0.com`. */
  readonly domain: string;
  /** Identifier of the API, as registered. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
}

/**
 * Access tokens of an Auth0 tenant. A tenant with custom domains has one issuer for each domain, with
 * the same keys: add the others in `issuerAliases`.
 *
 * - `iss` is `https://DOMAIN/`, with the slash; keys by discovery:
 *   https://auth0.com/docs/secure/tokens/json-web-tokens/locate-json-web-key-sets
 * - `aud` is the API's identifier, beside `…/userinfo`; `scope` has spaces:
 *   https://auth0.com/docs/secure/tokens/access-tokens/validate-access-tokens
 * - `azp` or `client_id` names the client, `permissions` what RBAC grants:
 *   https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * - Without an audience in the request the token is opaque or encrypted, and `token_malformed` here.
 *
 * @throws AuthConfigurationError when the domain is not one.
 */
export function auth0(options: Auth0Options): TrustedIssuerConfig {
  const { domain, audience } = optionsOf('auth0', options, { domain: true, audience: true });
  return {
    issuer: `https://${hostOption('auth0.domain', domain, 'acme.eu.auth0.com')}/`,
    audience,
  };
}
