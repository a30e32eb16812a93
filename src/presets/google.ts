import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { hostedDomainsClaim } from './hosted-domains.js';
import { listOption, optionsOf } from './preset-options.js';

/** Options of {@link google}. */
export interface GoogleOptions {
  /** OAuth client ids of the application, compared with `aud`. Mandatory. */
  readonly clientIds: string | readonly string[];
  /** Google Workspace or Cloud organization domains (`hd`) whose accounts alone are accepted. Absent: every Google account. */
  readonly hostedDomains?: string | readonly string[];
}

/**
 * ID tokens of Google accounts. Google's access tokens are opaque and `token_malformed` here.
 *
 * - `iss` with and without `https://`, `aud`, `hd`:
 *   https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
 * - Keys by discovery:
 *   https://developers.google.com/identity/openid-connect/openid-connect#discovery
 *
 * @throws AuthConfigurationError when no client is named.
 */
export function google(options: GoogleOptions): TrustedIssuerConfig {
  const known = { clientIds: true, hostedDomains: true } as const;
  const { clientIds, hostedDomains } = optionsOf('google', options, known);
  return {
    issuer: 'https://accounts.google.com',
    issuerAliases: ['accounts.google.com'],
    audience: listOption('google.clientIds', clientIds, 'Name the OAuth client ids of this API.'),
    ...hostedDomainsClaim('google.hostedDomains', hostedDomains),
  };
}
