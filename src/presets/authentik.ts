import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, isPresent, optionsOf, segmentOption } from './preset-options.js';

/** Options of {@link authentik}. */
export interface AuthentikOptions {
  /** Address of authentik: `https://auth.example.com`. */
  readonly url: string;
  /** Slug of the application. Each has an issuer of its own. */
  readonly slug: string;
  /** Client id of its provider: the `aud` and `azp` of its tokens. */
  readonly clientId: string;
}

/**
 * Access tokens of an authentik application whose provider has an issuer of its own, which is the
 * default.
 *
 * - `iss` with its slash at the end, and keys by discovery:
 *   https://docs.goauthentik.io/add-secure-apps/providers/oauth2/
 * - An access token is the ID token with `azp` and `uid` added, which are demanded here:
 *   https://github.com/goauthentik/authentik/blob/main/authentik/providers/oauth2/id_token.py
 *
 * @throws AuthConfigurationError when an option is missing or malformed.
 */
export function authentik(options: AuthentikOptions): TrustedIssuerConfig {
  const known = { url: true, slug: true, clientId: true } as const;
  const { url, slug, clientId } = optionsOf('authentik', options, known);
  const address = addressOption('authentik.url', url, 'https://auth.example.com', '/application/o');
  const client = segmentOption('authentik.clientId', clientId, 'aBcDeFgH');
  return {
    issuer: `${address}/application/o/${segmentOption('authentik.slug', slug, 'my-app')}/`,
    audience: client,
    clientIds: [client],
    requiredClaims: { azp: client, uid: isPresent },
  };
}
