import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { hostOption, isPresent, optionsOf, refuseOption, segmentOption } from './preset-options.js';

/** Options of {@link okta}. */
export interface OktaOptions {
  /** The org's domain, without scheme and without `-admin`: `acme.okta.com`. */
  readonly domain: string;
  /** Id of a custom authorization server; `default` is the one Okta sets up. Mandatory. */
  readonly authorizationServerId: string;
  /** The server's audience, `api://default` for the one Okta sets up. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
}

const ORG_SERVER =
  "missing. Name a custom authorization server, such as 'default'. Access tokens of the org authorization server (https://DOMAIN without /oauth2/…) are meant for Okta alone and cannot be verified by an API.";

/**
 * Access tokens of an Okta custom authorization server.
 *
 * - Addresses of a custom authorization server, `cid`, and `scp` as a list:
 *   https://developer.okta.com/docs/reference/api/oidc/
 * - Why the org authorization server's tokens can't be used:
 *   https://support.okta.com/help/s/article/Signature-Validation-Failed-on-Access-Token
 * - An ID token has no `cid`, which is demanded here.
 *
 * @throws AuthConfigurationError for the org authorization server, or a domain that is missing or malformed.
 */
export function okta(options: OktaOptions): TrustedIssuerConfig {
  const known = { domain: true, authorizationServerId: true, audience: true } as const;
  const { domain, authorizationServerId, audience } = optionsOf('okta', options, known);
  const host = hostOption('okta.domain', domain, 'acme.okta.com');
  if (/^[^.]+-admin\./.test(host)) {
    return refuseOption('okta.domain', 'is the one of the admin console. Leave "-admin" out.');
  }
  if (authorizationServerId === undefined || authorizationServerId === '') {
    return refuseOption('okta.authorizationServerId', ORG_SERVER);
  }
  const server = segmentOption('okta.authorizationServerId', authorizationServerId, 'default');
  return {
    issuer: `https://${host}/oauth2/${server}`,
    audience,
    requiredClaims: { cid: isPresent },
  };
}
