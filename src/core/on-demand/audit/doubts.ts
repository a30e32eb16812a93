import type { Type } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { ResolvedAuthConfig } from '../../../config/resolved-config.js';
import { classesIn, mayAskSuper, methodsOf } from '../../enforcement/classes-in-modules.js';
import { doubtfulDemands } from '../../enforcement/demands-check.js';
import { doubtfulGuardsOfHooks } from '../../enforcement/gateways-check.js';
import { decidesItself, guardsOn, isOfFamily } from '../../enforcement/guards-on-paper.js';
import { ofKind } from '../../authorization/requirement.js';
import { routePolicyOf, wouldInheritOpenness } from '../../authorization/route-policy.js';
import { routeAt } from '../../calls/route-memo.js';
import type { FoundHandler } from './handler-finder.js';

/** A line for each thing that may be right but deserves a look. */
export function doubtsAbout(
  handlers: readonly FoundHandler[],
  modules: ModulesContainer,
  application: ApplicationConfig,
  config: ResolvedAuthConfig,
): readonly string[] {
  return [
    ...unlimitedRoles(handlers, config),
    ...openByBaseClass(handlers),
    ...decidingGuards(modules, application),
    ...doubtfulDemands(modules),
    ...doubtfulGuardsOfHooks(modules),
  ];
}

/** An issuer from a template or a look-up may grant any role unless `mayGrant.roles` limits it. */
function unlimitedRoles(
  handlers: readonly FoundHandler[],
  { issuers, resolveIssuer }: ResolvedAuthConfig,
): readonly string[] {
  const demanding = handlers.filter((found) => demandsRolesOfAnybody(found));
  if (demanding.length === 0) return [];
  const templates = issuers.filter(
    ({ tenants, mayGrant }) => tenants !== undefined && mayGrant?.roles === undefined,
  );
  const sources = [
    ...templates.map(({ issuer }) => `the template ${issuer} has no mayGrant.roles`),
    ...(resolveIssuer
      ? ['resolveIssuer may give issuers without mayGrant.roles, which only it can know']
      : []),
  ];
  const [first] = demanding as [FoundHandler];
  return sources.map(
    (source) =>
      `${demanding.length} handlers, such as ${nameOf(first.controller, first.handler)}, demand roles, and ${source}: each of its issuers could state any role. Limit them, or write @RequireRoles(…, { issuers: […] }).`,
  );
}

function demandsRolesOfAnybody({ controller, handler }: FoundHandler): boolean {
  if (handler === undefined) return false;
  const { requirements } = routePolicyOf(routeAt(controller, handler));
  // Whose callers a route takes is said of all that it demands.
  if (ofKind(requirements, 'issuer').length > 0) return false;
  return ofKind(requirements, 'roles').some(({ issuers }) => issuers === undefined);
}

/** A class does not inherit that its base class is open. */
function openByBaseClass(handlers: readonly FoundHandler[]): readonly string[] {
  return handlers
    .filter(({ controller }) => wouldInheritOpenness(controller))
    .map(
      ({ controller, handler, reachedBy }) =>
        `${nameOf(controller, handler)} (${reachedBy}) is protected, though a base class says @Public() or @OptionalAuth(): neither is inherited. Write it on ${controller.name} too if that is meant.`,
    );
}

/** A subclass that never calls `super.canActivate()` checks no token. */
function decidingGuards(
  modules: ModulesContainer,
  application: ApplicationConfig,
): readonly string[] {
  const written = classesIn(modules).flatMap(({ type }) => [
    ...guardsOn(type),
    ...methodsOf(type).flatMap(({ method }) => guardsOn(method)),
  ]);
  const all = [...written, ...(application.getGlobalGuards() as readonly object[])];
  const types = all.flatMap((guard) => {
    const type = typeof guard === 'function' ? guard : guard.constructor;
    return isOfFamily(type) &&
      decidesItself(type) &&
      !mayAskSuper(methodOf(type as Type), 'canActivate')
      ? [type.name]
      : [];
  });
  return [...new Set(types)].map(
    (name) =>
      `${name} extends JwtAuthGuard and does not seem to call super.canActivate(): it decides for itself, and no token is looked at.`,
  );
}

function methodOf({ prototype }: Type): Function {
  return (prototype as { canActivate: Function }).canActivate;
}

function nameOf(controller: Type, handler: FoundHandler['handler']): string {
  return handler === undefined ? controller.name : `${controller.name}.${handler.name}`;
}
