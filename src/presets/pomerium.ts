import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { hostOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link pomerium}. */
export interface PomeriumOptions {
  /** Host name of the route's `from`, as clients see it, such as `app.example.com`. It is the `aud`, too. */
  readonly host: string;
  /** Pomerium's `jwt_issuer_format`: whether `iss` is the host name or `https://HOST/`. Default `hostOnly`, as there. */
  readonly issuerFormat?: 'hostOnly' | 'uri';
}

/**
 * Assertions of Pomerium, which it sends in `X-Pomerium-Jwt-Assertion`. Read them with
 * `tokenSources: [{ header: 'x-pomerium-jwt-assertion' }]`. Each route has an issuer of its own: list the
 * preset once for each host.
 *
 * `groups`, ids and names both, are the identity's roles.
 *
 * - `iss`, `aud`, `sub`, `groups`, five minutes until `exp`:
 *   https://www.pomerium.com/docs/capabilities/getting-users-identity
 * - The format of `iss`: https://www.pomerium.com/docs/reference/routes/jwt-issuer-format
 * - An anonymous visitor of a public route has an empty `sub`, and is refused.
 *
 * @throws AuthConfigurationError when the host is missing or no host name, or the format is not one of the two.
 */
export function pomerium(options: PomeriumOptions): TrustedIssuerConfig {
  const known = { host: true, issuerFormat: true } as const;
  const { host, issuerFormat = 'hostOnly' } = optionsOf('pomerium', options, known);
  const name = hostOption('pomerium.host', host, 'app.example.com');
  return {
    issuer: issuerIn(name, issuerFormat),
    audience: name,
    keys: { jwksUri: `https://${name}/.well-known/pomerium/jwks.json` },
  };
}

function issuerIn(host: string, format: NonNullable<PomeriumOptions['issuerFormat']>): string {
  if (format === 'hostOnly') return host;
  if (format === 'uri') return `https://${host}/`;
  return refuseOption('pomerium.issuerFormat', 'is neither "hostOnly" nor "uri".');
}
