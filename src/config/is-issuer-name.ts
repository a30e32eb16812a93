import type { IssuerPolicy, ResolvedAuthConfig } from './resolved-config.js';
import { readTenantIssuer } from './tenant-template.js';
import { webAddress } from './web-address.js';

type TrustList = Pick<ResolvedAuthConfig, 'issuers' | 'resolveIssuer'>;

/**
 * Whether a demand that names this issuer can ever be met: it is one by which the trust list knows an issuer of
 * identities, or what `resolveIssuer` may give. An alias is none, because no identity has it.
 */
export function isIssuerName(name: string, { issuers, resolveIssuer }: TrustList): boolean {
  return issuers.some((policy) => isNameOf(name, policy)) || mayBeResolved(name, resolveIssuer);
}

/** The names by which the listed issuers are known. */
export function issuerNamesIn({ issuers }: TrustList): readonly string[] {
  return issuers.flatMap(({ issuer, config: { name } }) =>
    name === undefined ? [issuer] : [issuer, name],
  );
}

function isNameOf(
  name: string,
  { issuer, tenants, acceptedIssuers, config }: IssuerPolicy,
): boolean {
  if (name === issuer || name === config.name) return true;
  if (tenants === undefined) return false;
  return tenants === 'any'
    ? readTenantIssuer(name)?.template === issuer
    : acceptedIssuers.includes(name);
}

/** The `name` of an issuer that is resolved is not known before. */
function mayBeResolved(name: string, resolution: TrustList['resolveIssuer']): boolean {
  if (resolution === undefined) return false;
  const address = webAddress(name);
  return address === undefined || resolution.origins.has(address.origin);
}
