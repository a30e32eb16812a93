import { shownValue } from '../core/util/shown-value.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { webAddress } from '../config/web-address.js';
import { addressOption, isPresent, listOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link clerk}. */
export interface ClerkOptions {
  /** The instance's Frontend API URL: `https://clerk.example.com`, or `https://NAME.clerk.accounts.dev` in development. */
  readonly frontendApiUrl: string;
  /**
   * Origins of the applications whose sessions are accepted, as written in `azp`: `https://app.example.com`.
   * Mandatory: a session token has no `aud`.
   */
  readonly authorizedParties: string | readonly string[];
}

/**
 * Session tokens of Clerk. One without `azp`, which Clerk leaves out when a browser sends no `Origin`,
 * is refused.
 *
 * - `iss`, `azp`, `sid`: https://clerk.com/docs/guides/sessions/session-tokens
 * - Keys: https://clerk.com/docs/guides/sessions/manual-jwt-verification
 *
 * @throws AuthConfigurationError when the address is missing or malformed, or no party is named.
 */
export function clerk(options: ClerkOptions): TrustedIssuerConfig {
  const known = { frontendApiUrl: true, authorizedParties: true } as const;
  const { frontendApiUrl, authorizedParties } = optionsOf('clerk', options, known);
  const issuer = addressOption(
    'clerk.frontendApiUrl',
    frontendApiUrl,
    'https://clerk.example.com',
    '/.well-known',
  );
  return {
    issuer,
    audience: null,
    keys: { jwksUri: `${issuer}/.well-known/jwks.json` },
    requiredClaims: {
      azp: listOption(
        'clerk.authorizedParties',
        authorizedParties,
        'Name the origins of your apps.',
        originOption,
      ),
      sid: isPresent,
    },
  };
}

/** Of a web page, or of what has another scheme: `chrome-extension://…`, `capacitor://localhost`. */
function originOption(path: string, value: string): string {
  const isWeb = /^https?:/i.test(value);
  const isOrigin = isWeb
    ? webAddress(value)?.origin === value
    : /^[a-z][a-z\d+.-]*:\/\/[^/?#]+$/.test(value);
  if (isOrigin && !value.includes('*')) return value;
  return refuseOption(
    path,
    `${shownValue(value)} is not an origin. Write it like "https://app.example.com".`,
  );
}
