import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { hostOption, listOption, type StringOrList } from './preset-options.js';

/** The claim `hd` of Google's tokens, where an application accepts accounts of these domains alone. */
export function hostedDomainsClaim(
  path: string,
  hostedDomains: StringOrList | undefined,
): Pick<TrustedIssuerConfig, 'requiredClaims'> {
  if (hostedDomains === undefined) return {};
  const remedy = 'Name a domain, or leave it out.';
  const hd = listOption(path, hostedDomains, remedy, (at, domain) =>
    hostOption(at, domain, 'example.com'),
  );
  return { requiredClaims: { hd } };
}
