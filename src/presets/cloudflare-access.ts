import { shownValue } from '../core/util/shown-value.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { listOption, optionsOf, refuseOption, segmentOption } from './preset-options.js';

/** Options of {@link cloudflareAccess}. */
export interface CloudflareAccessOptions {
  /** Name of the Zero Trust team, without `.cloudflareaccess.com`. */
  readonly team: string;
  /** Application audience (AUD) tags of the Access applications that this API is behind. Mandatory: every application of the team has the same issuer. */
  readonly audience: string | readonly string[];
}

/**
 * Application tokens of Cloudflare Access, which it sends in `Cf-Access-Jwt-Assertion`. Read them with
 * `tokenSources: [{ header: 'cf-access-jwt-assertion' }]`; with its cookie `CF_Authorization` as a second
 * source, write `same: 'allowed'`, because a browser's request carries the same token in both.
 *
 * The token of a service token has an empty `sub`; its client id (`common_name`) is then subject and client.
 * A user's token names no client. A global session token (`type: org`) is refused.
 *
 * - `iss`, `aud`, `type`, `common_name`, the empty `sub`:
 *   https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/
 * - Keys, the header and the cookie:
 *   https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 *
 * @throws AuthConfigurationError when the team is missing or not a single name, or no audience is named.
 */
export function cloudflareAccess(options: CloudflareAccessOptions): TrustedIssuerConfig {
  const known = { team: true, audience: true } as const;
  const { team, audience } = optionsOf('cloudflareAccess', options, known);
  const issuer = `https://${teamOption(team)}.cloudflareaccess.com`;
  return {
    issuer,
    audience: listOption(
      'cloudflareAccess.audience',
      audience,
      'Name the AUD tag of the Access application.',
    ),
    keys: { jwksUri: `${issuer}/cdn-cgi/access/certs` },
    algorithms: ['RS256'],
    requiredClaims: { type: 'app' },
    identity: { subject: ['sub', 'common_name'], clientId: 'common_name' },
  };
}

function teamOption(team: string): string {
  const path = 'cloudflareAccess.team';
  const name = segmentOption(path, team, 'acme');
  if (/^[a-z\d]+(?:-[a-z\d]+)*$/.test(name)) return name;
  const remedy = 'Write what is before ".cloudflareaccess.com", like "acme".';
  return refuseOption(path, `${shownValue(name)} is not the name of a team. ${remedy}`);
}
