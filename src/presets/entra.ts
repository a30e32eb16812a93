import { TENANT_PLACEHOLDER } from '../config/tenant-template.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { guidOption, isPresent, listOption, optionsOf, refuseOption } from './preset-options.js';

/** Options of {@link entra}. */
export interface EntraOptions {
  /** The one tenant whose tokens are accepted: its directory id, a GUID in lower case. Or {@link tenants}. */
  readonly tenantId?: string;
  /** Several tenants by their directory ids, or `'any'`. Or {@link tenantId}. */
  readonly tenants?: string | readonly string[];
  /** For version 2 the API's client id; for version 1 that or its App ID URI. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
  /**
   * Version of the access tokens, which the API's own manifest decides (`accessTokenAcceptedVersion`),
   * not the endpoint that the client called. List both for an API that gets both. Default 2.
   */
  readonly version?: 1 | 2;
}

const OPTIONS = { tenantId: true, tenants: true, audience: true, version: true } as const;

const LOGIN = 'https://login.microsoftonline.com';

/** What tells the two versions of access tokens apart, and both from ID tokens, which name no client. */
const VERSIONS = {
  1: {
    issuer: `https://sts.windows.net/${TENANT_PLACEHOLDER}/`,
    metadata: '/.well-known/openid-configuration',
    claims: { ver: '1.0', appid: isPresent },
  },
  2: {
    issuer: `${LOGIN}/${TENANT_PLACEHOLDER}/v2.0`,
    metadata: '/v2.0/.well-known/openid-configuration',
    claims: { ver: '2.0', azp: isPresent },
  },
} as const;

/**
 * Access tokens of Microsoft Entra ID, for one tenant or many.
 *
 * - Issuers, metadata for each version, the template `{tenantid}`, that `tid` must agree with it, and
 *   that a key's own `issuer` binds it:
 *   https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-tokens
 * - `aud`, `azp` and `appid`, `scp` (users), `roles` (also applications), `ver`, `oid`, groups beyond 200
 *   left out:
 *   https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 * - `sub` is another one for each API; `oid` is the same for all APIs of a tenant. For the latter write
 *   `{ ...entra(…), identity: { subject: 'oid' } }`.
 * - Tokens for Microsoft Graph can't be validated by other APIs. National clouds and External ID have
 *   other hosts and are not covered.
 *
 * @throws AuthConfigurationError when no tenant is given, or one that is no GUID.
 */
export function entra(options: EntraOptions): TrustedIssuerConfig {
  const { tenantId, tenants, audience, version = 2 } = optionsOf('entra', options, OPTIONS);
  if (!Object.hasOwn(VERSIONS, version)) return refuseOption('entra.version', 'write 1 or 2.');
  const { issuer, metadata, claims } = VERSIONS[version];
  const discovery = (tenant: string): string => `${LOGIN}/${tenant}${metadata}`;
  if ((tenantId === undefined) === (tenants === undefined)) {
    return refuseOption('entra.tenantId', 'give either tenantId or tenants.');
  }
  if (tenantId === undefined) {
    return {
      issuer,
      tenants: tenants === 'any' ? tenants : tenantsOption(tenants),
      audience,
      keys: { discovery: discovery('common') },
      requiredClaims: claims,
    };
  }
  const tenant = tenantOption('entra.tenantId', tenantId);
  return {
    issuer: issuer.replace(TENANT_PLACEHOLDER, tenant),
    audience,
    keys: { discovery: discovery(tenant) },
    requiredClaims: { ...claims, tid: tenant },
  };
}

function tenantsOption(value: string | readonly string[] | undefined): readonly string[] {
  const remedy = 'Name the tenants, or write "any" for all of them.';
  return listOption('entra.tenants', value, remedy, tenantOption);
}

function tenantOption(path: string, value: string): string {
  return guidOption(
    path,
    value,
    'Write the directory (tenant) id; names like "common" or "contoso.onmicrosoft.com" are in no token, and tenants: "any" trusts them all.',
  );
}
