import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { tellingKind } from '../config/token-kind.js';
import {
  guidOption,
  hostOption,
  isPresent,
  listOption,
  optionsOf,
  segmentOption,
} from './preset-options.js';

/** Options of {@link b2c}. */
export interface B2cOptions {
  /** Host of the tenant, without scheme: `contoso.b2clogin.com`, or a custom domain. */
  readonly domain: string;
  /** Directory id of the tenant: a GUID in lower case. */
  readonly tenantId: string;
  /** User flows and custom policies whose tokens are accepted: `B2C_1_signupsignin`. Each has keys of its own. */
  readonly policies: string | readonly string[];
  /** Client id of the API. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
}

/**
 * Access tokens of Azure AD B2C. The user flows of a tenant share one issuer, and each has a key set of
 * its own: all are read as one. A token of a flow that is not named is refused, and so are ID tokens,
 * which lack `azp`.
 *
 * - `iss`, `tfp` or `acr` for the user flow, `azp`, `scp`, keys of each user flow:
 *   https://learn.microsoft.com/en-us/azure/active-directory-b2c/tokens-overview
 * - A user flow can be set to an issuer that holds its name (`https://DOMAIN/tfp/…`): name that in
 *   `issuerAliases`.
 * - A user flow can be set to write the same sentence into every `sub`: such tokens are refused; write
 *   `{ ...b2c(…), identity: { subject: 'oid' } }`, and let the flow return the user's object id:
 *   https://learn.microsoft.com/en-us/azure/active-directory-b2c/configure-tokens,
 *   https://github.com/AzureADQuickStarts/B2C-WebApp-OpenIDConnect-NodeJS/issues/1
 * - The tenant's id in the address of the keys:
 *   https://learn.microsoft.com/en-us/azure/active-directory-b2c/b2clogin
 *
 * @throws AuthConfigurationError when an option is missing or malformed.
 */
export function b2c(options: B2cOptions): TrustedIssuerConfig {
  const known = { domain: true, tenantId: true, policies: true, audience: true } as const;
  const { domain, tenantId, policies, audience } = optionsOf('b2c', options, known);
  const host = hostOption('b2c.domain', domain, 'contoso.b2clogin.com');
  const tenant = guidOption('b2c.tenantId', tenantId, 'Write the directory (tenant) id.');
  const named = listOption(
    'b2c.policies',
    policies,
    'Name the user flows of this API.',
    (at, one) => segmentOption(at, one, 'B2C_1_signupsignin'),
  );
  return {
    issuer: `https://${host}/${tenant}/v2.0/`,
    audience,
    keys: { jwksUri: named.map((one) => `https://${host}/${tenant}/${one}/discovery/v2.0/keys`) },
    requiredClaims: { tfp: isOneOf(named), azp: isPresent },
  };
}

/**
 * The name of the flow is in `tfp`, or in `acr` where the flow is set so. Its case is not kept everywhere:
 * https://github.com/AzureAD/passport-azure-ad/issues/253
 */
function isOneOf(policies: readonly string[]): ReturnType<typeof tellingKind> {
  const names = new Set(policies.map((policy) => policy.toLowerCase()));
  return tellingKind((tfp, { acr }) => {
    const policy = tfp ?? acr;
    return typeof policy === 'string' && names.has(policy.toLowerCase());
  });
}
