import type { Type } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { classesIn } from '../enforcement/classes-in-modules.js';
import { doubtfulDemands } from '../enforcement/demands.check.js';
import { decidesItself, guardsOn, isOfFamily } from '../enforcement/guards-on-paper.js';
import { wouldInheritOpenness } from '../route/route-policy.js';
import type { FoundHandler } from './handler.finder.js';

/** What may be right, and deserves a look; a line each. */
export function doubtsAbout(
  handlers: readonly FoundHandler[],
  modules: ModulesContainer,
  application: ApplicationConfig,
): readonly string[] {
  return [
    ...openByBaseClass(handlers),
    ...decidingGuards(modules, application),
    ...doubtfulDemands(modules),
  ];
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

/** A subclass that never asks `super.canActivate()` looks at no token. */
function decidingGuards(
  modules: ModulesContainer,
  application: ApplicationConfig,
): readonly string[] {
  const written = classesIn(modules).flatMap(({ type }) => [
    ...guardsOn(type),
    ...methodsWithGuards(type),
  ]);
  const all = [...written, ...(application.getGlobalGuards() as readonly object[])];
  const types = all.flatMap((guard) => {
    const type = typeof guard === 'function' ? guard : guard.constructor;
    return isOfFamily(type) && decidesItself(type) && !asksSuper(type as Type) ? [type.name] : [];
  });
  return [...new Set(types)].map(
    (name) =>
      `${name} extends JwtAuthGuard and does not seem to call super.canActivate(): it decides for itself, and no token is looked at.`,
  );
}

function methodsWithGuards({ prototype }: Type): readonly object[] {
  const methods = Object.values(Object.getOwnPropertyDescriptors(prototype as object));
  return methods.flatMap(({ value }) =>
    typeof value === 'function' ? guardsOn(value as object) : [],
  );
}

/** By its text: a method that asks its base class names the method once more. */
function asksSuper({ prototype }: Type): boolean {
  const { canActivate } = prototype as { canActivate: Function };
  return (canActivate.toString().match(/canActivate/g) ?? []).length > 1;
}

function nameOf(controller: Type, handler: FoundHandler['handler']): string {
  return handler === undefined ? controller.name : `${controller.name}.${handler.name}`;
}
