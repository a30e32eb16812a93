import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { readTenantIssuer } from '../../config/tenant-template.js';
import { webAddress } from '../../config/web-address.js';
import type { ModulesContainer } from '@nestjs/core';
import type { ConfigurationFault } from '../../config/configuration-error.js';
import { nearestName } from '../../config/nearest-name.js';
import type { Requirement } from '../authorization/requirement.js';
import { classRequirementsOf, policyOfMethod } from '../authorization/route-policy.js';
import { shownValue } from '../util/shown-value.js';
import { classesIn, methodsOf } from './classes-in-modules.js';

/** Demands that name an issuer that is not configured: no caller could meet them. */
export function faultsOfDemandedIssuers(
  modules: ModulesContainer,
  config: ResolvedAuthConfig,
): readonly ConfigurationFault[] {
  const faults = classesIn(modules).flatMap(({ type }) => [
    ...faultsIn(type.name, classRequirementsOf(type), config),
    ...methodsOf(type).flatMap(({ key }) =>
      faultsIn(`${type.name}.${String(key)}`, policyOfMethod(type, key).requirements, config),
    ),
  ]);
  return [...new Map(faults.map((fault) => [fault.path + fault.message, fault])).values()];
}

function faultsIn(
  path: string,
  requirements: readonly Requirement[],
  config: ResolvedAuthConfig,
): readonly ConfigurationFault[] {
  return requirements
    .flatMap((requirement) => ('issuers' in requirement ? (requirement.issuers ?? []) : []))
    .filter((name) => !isIssuerName(name, config))
    .map((name) => ({ path, message: faultOf(name, config) }));
}

function faultOf(name: string, config: ResolvedAuthConfig): string {
  const shown = shownValue(name);
  const alias = config.issuers.find((policy) => policy.config.issuerAliases?.includes(name));
  if (alias !== undefined)
    return `demands callers of ${shown}, which is an alias. Identities have the issuer itself: write ${shownValue(alias.issuer)}.`;
  const near = nearestName(name, issuerNamesIn(config));
  const remedy =
    near === undefined
      ? 'Write the issuer as it is configured, or its name.'
      : `Did you mean ${shownValue(near)}?`;
  return `demands callers of ${shown}, which is no trusted issuer, so that every caller would be refused. ${remedy}`;
}

type TrustList = Pick<ResolvedAuthConfig, 'issuers' | 'resolveIssuer'>;

/**
 * Whether a demand that names this issuer can ever be met: it is one by which the trust list knows an issuer of
 * identities, or what `resolveIssuer` may give. An alias does not count, because no identity has it.
 */
function isIssuerName(name: string, { issuers, resolveIssuer }: TrustList): boolean {
  return issuers.some((policy) => isNameOf(name, policy)) || mayBeResolved(name, resolveIssuer);
}

/** The names by which the listed issuers are known. */
function issuerNamesIn({ issuers }: TrustList): readonly string[] {
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
