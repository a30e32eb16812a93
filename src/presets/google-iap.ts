import { shownValue } from '../core/util/shown-value.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { hostedDomainsClaim } from './hosted-domains.js';
import { listOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link googleIap}. */
export interface GoogleIapOptions {
  /**
   * What `aud` must be: the "signed header JWT audience" of the backend, such as
   * `/projects/PROJECT_NUMBER/global/backendServices/SERVICE_ID` or `/projects/PROJECT_NUMBER/apps/PROJECT_ID`.
   * Mandatory: every customer of Google has the same issuer.
   */
  readonly audience: string | readonly string[];
  /** Google Workspace or Cloud organization domains (`hd`) whose accounts alone are accepted. Absent: every account that IAP lets in. */
  readonly hostedDomains?: string | readonly string[];
}

/**
 * Signed headers of Google Cloud's Identity-Aware Proxy, which it sends in `X-Goog-IAP-JWT-Assertion`. Read
 * them with `tokenSources: [{ header: 'x-goog-iap-jwt-assertion' }]`.
 *
 * - `iss`, `aud`, `hd`, ES256, the keys, 30 seconds of clock skew, and that health checks carry no token:
 *   https://cloud.google.com/iap/docs/signed-headers-howto
 *
 * @throws AuthConfigurationError when no audience is named, or one does not begin with `/projects/` and a number.
 */
export function googleIap(options: GoogleIapOptions): TrustedIssuerConfig {
  const known = { audience: true, hostedDomains: true } as const;
  const { audience, hostedDomains } = optionsOf('googleIap', options, known);
  return {
    issuer: 'https://cloud.google.com/iap',
    audience: listOption(
      'googleIap.audience',
      audience,
      'Name the signed header JWT audience of the backend.',
      audienceOption,
    ),
    keys: { jwksUri: 'https://www.gstatic.com/iap/verify/public_key-jwk' },
    algorithms: ['ES256'],
    clockToleranceSeconds: 30,
    ...hostedDomainsClaim('googleIap.hostedDomains', hostedDomains),
  };
}

function audienceOption(path: string, value: string): string {
  if (/^\/projects\/\d+\/\S+$/.test(value)) return value;
  const example = '/projects/123456789/global/backendServices/987654321';
  return refuseOption(
    path,
    `${shownValue(value)} is not an audience of IAP, which contains the number of the project. Write it like "${example}".`,
  );
}
