import type { ModulesContainer } from '@nestjs/core';
import type { ConfigurationFault } from '../../config/configuration-error.js';
import { nearestName } from '../../config/nearest-name.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { Requirement } from '../authorization/requirement.js';
import { classRequirementsOf, policyOfMethod } from '../authorization/route-policy.js';
import { isIssuerName, issuerNamesIn } from '../../config/is-issuer-name.js';
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
