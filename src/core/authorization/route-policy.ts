import type { Type } from '@nestjs/common';
import { ACCESS_MODE_KEY, type AccessMode } from './access-mode.js';
import { type Route, RouteMemo } from '../calls/route-memo.js';
import { type Requirement, REQUIREMENTS_KEY } from './requirement.js';
import { keysOf, methodBehind, prototypesOf, saidOfOwnMember } from './said-of-members.js';

/** What the decorators of a route say, all of them together. */
export interface RoutePolicy {
  /** `undefined` where no decorator says it; the guard then protects the route. */
  readonly mode: AccessMode | undefined;
  /** Everything that is demanded of callers; all of it must hold. */
  readonly requirements: readonly Requirement[];
}

/** Reads the policy of each route once. */
export class RoutePolicyReader extends RouteMemo<RoutePolicy> {
  constructor() {
    super(routePolicyOf);
  }
}

/**
 * Reads what applies to a handler as a controller has it.
 *
 * What opens is never inherited: `@Public()` and `@OptionalAuth()` on a class count for that class alone,
 * and on a method for the method as written. What restricts is inherited always: demands of base classes
 * and of overridden methods hold beside the route's own. `@Public()` on a handler lifts what classes
 * demand.
 */
export function routePolicyOf(route: Route): RoutePolicy {
  const handler = route.getHandler();
  const controller: Type = route.getClass();
  const method = methodPolicyOf(handler, controller);
  const mode = method.mode ?? ownMetadata<AccessMode>(ACCESS_MODE_KEY, controller);
  const ofClasses = method.mode === 'public' ? [] : classRequirementsOf(controller);
  return { mode, requirements: distinct([...ofClasses, ...method.requirements]) };
}

/** What classes demand: the controller's own decorators and those of its base classes. */
export function classRequirementsOf(controller: Type): readonly Requirement[] {
  return classesOf(controller).flatMap((type) => demandsOn(type));
}

/** Whether a base class says that its routes are open, which its subclass does not inherit. */
export function wouldInheritOpenness(controller: Type): boolean {
  if (ownMetadata(ACCESS_MODE_KEY, controller) !== undefined) return false;
  const inherited = classesOf(controller)
    .toReversed()
    .map((type) => ownMetadata<AccessMode>(ACCESS_MODE_KEY, type))
    .find((mode) => mode !== undefined);
  return inherited === 'public' || inherited === 'optional';
}

/** What decorators on a method say, without those of its class. */
export function policyOfMethod(controller: Type, key: string | symbol): RoutePolicy {
  const chain = prototypesOf(controller);
  const handler = chain.map((prototype) => valueAt(prototype, key)).find(isFunction);
  return policyUnderKeys([key], chain, handler);
}

/** Methods with decorators of ours where another decorator put something that is no function in their place. */
export function keysOfLostMethods(controller: Type): readonly (string | symbol)[] {
  return prototypesOf(controller).flatMap((prototype) =>
    Reflect.ownKeys(prototype).filter(
      (key) =>
        saidOfOwnMember(prototype, key) !== undefined && !isFunction(valueAt(prototype, key)),
    ),
  );
}

function methodPolicyOf(handler: Function, controller: Type): RoutePolicy {
  const chain = prototypesOf(controller);
  return policyUnderKeys(keysOf(handler, chain), chain, handler);
}

function policyUnderKeys(
  keys: readonly (string | symbol)[],
  chain: readonly object[],
  handler: Function | undefined,
): RoutePolicy {
  const said = keys.flatMap((key) =>
    chain.toReversed().map((prototype) => {
      const value = valueAt(prototype, key);
      const member = saidOfOwnMember(prototype, key);
      const requirements = [...(member?.requirements ?? []), ...demandsOn(value)];
      return { isHandler: value === handler, mode: member?.mode, requirements };
    }),
  );
  const written =
    said.find(({ isHandler, mode }) => isHandler && mode !== undefined)?.mode ??
    ownMetadata<AccessMode>(ACCESS_MODE_KEY, handler);
  const isRestricted = said.some(({ mode }) => mode === 'protected');
  const demanded = [...said.flatMap(({ requirements }) => requirements), ...demandsOn(handler)];
  return {
    mode: written ?? (isRestricted ? 'protected' : undefined),
    requirements: distinct(demanded),
  };
}

function valueAt(prototype: object, key: string | symbol): unknown {
  return methodBehind(Object.getOwnPropertyDescriptor(prototype, key)?.value);
}

function isFunction(value: unknown): value is Function {
  return typeof value === 'function';
}

/** A class and its base classes, the most basic first. */
function classesOf(controller: Type): Type[] {
  return prototypesOf(controller)
    .toReversed()
    .flatMap((prototype) => {
      const { constructor } = prototype as { constructor?: unknown };
      return typeof constructor === 'function' ? [constructor as Type] : [];
    });
}

function demandsOn(target: unknown): readonly Requirement[] {
  return ownMetadata<readonly Requirement[]>(REQUIREMENTS_KEY, target) ?? [];
}

function ownMetadata<Value>(key: string, target: unknown): Value | undefined {
  return typeof target === 'function'
    ? (Reflect.getOwnMetadata(key, target) as Value | undefined)
    : undefined;
}

/** A decorator is noted on the function and by its key, and counts once. */
function distinct(requirements: readonly Requirement[]): readonly Requirement[] {
  return [...new Set(requirements)];
}
