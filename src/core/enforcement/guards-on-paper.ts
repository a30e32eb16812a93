import type { Type } from '@nestjs/common';
import {
  GUARDS_METADATA,
  PROPERTY_DEPS_METADATA,
  PARAMTYPES_METADATA,
  SELF_DECLARED_DEPS_METADATA,
} from '@nestjs/common/constants.js';
import type { ModulesContainer } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { JwtAuthGuard } from '../guard/jwt-auth.guard.js';
import { EnforcementGuard, ReplacedHandlerGuard } from './enforcement.guard.js';

/** A guard as `@UseGuards()` takes it: a class, or an instance. */
export type WrittenGuard = object;

/** The guards that `@UseGuards()` puts on a class or a method, without those that this module appends. */
export function guardsOn(target: object | undefined): readonly WrittenGuard[] {
  return allGuardsOn(target).filter((guard) => !APPENDED.includes(guard));
}

/** Whether this module's own guard is the last of a method. */
export function isEnforced(method: object): boolean {
  return allGuardsOn(method).at(-1) === EnforcementGuard;
}

const APPENDED: readonly WrittenGuard[] = [EnforcementGuard, ReplacedHandlerGuard];

function allGuardsOn(target: object | undefined): readonly WrittenGuard[] {
  if (target === undefined) return [];
  const guards = Reflect.getMetadata(GUARDS_METADATA, target) as unknown;
  return Array.isArray(guards) ? (guards as WrittenGuard[]).filter(Boolean) : [];
}

/** Whether a guard is of our family, or may ask one. */
export function asksFamily(guard: unknown): boolean {
  return isOfFamily(guard) || holdsFamily(guard);
}

/** Whether a guard is `JwtAuthGuard`, or extends it. */
export function isOfFamily(guard: unknown): boolean {
  if (guard === JwtAuthGuard || guard instanceof JwtAuthGuard) return true;
  return typeof guard === 'function' && guard.prototype instanceof JwtAuthGuard;
}

/** Whether a guard is given one of the family by injection, and so may ask it. */
function holdsFamily(guard: unknown): boolean {
  const type = typeof guard === 'function' ? guard : (guard as object | null)?.constructor;
  return typeof type === 'function' && injectedInto(type).some((token) => isOfFamily(token));
}

/** The tokens of what Nest injects into the instances of a class, and the classes that they are declared as. */
export function injectedInto(type: Function): readonly unknown[] {
  const read = (key: string): unknown[] => [Reflect.getMetadata(key, type) as unknown].flat();
  const properties = read(PROPERTY_DEPS_METADATA);
  return [
    ...read(PARAMTYPES_METADATA),
    ...[...read(SELF_DECLARED_DEPS_METADATA), ...properties].map(injectedType),
    ...properties.map((property) => declaredType(type, property)),
  ];
}

/** By TypeScript, whatever the token. */
function declaredType({ prototype }: Function, property: unknown): unknown {
  const { key } = Object(property) as { readonly key?: string | symbol };
  return key === undefined
    ? undefined
    : (Reflect.getMetadata('design:type', prototype as object, key) as unknown);
}

/** Whether a guard of the family decides for itself, and not only as `JwtAuthGuard` does. */
export function decidesItself(guard: WrittenGuard): boolean {
  const methods = (typeof guard === 'function' ? guard.prototype : guard) as JwtAuthGuard;
  return methods.canActivate !== JwtAuthGuard.prototype.canActivate;
}

/** What `overrideGuard` of \@nestjs/testing has put in the place of a guard that `@UseGuards()` names. */
export function standInFor(guard: Type, modules: ModulesContainer): InstanceWrapper | undefined {
  for (const { injectables } of modules.values()) {
    const found = injectables.get(guard as never);
    if (found !== undefined && (found.metatype as unknown) !== guard) return found;
  }
  return undefined;
}

/** What is provided under `APP_GUARD`: Nest keeps each under a name of its own. */
export function appGuardsIn(modules: ModulesContainer): readonly InstanceWrapper[] {
  return [...modules.values()].flatMap(({ providers, injectables }) =>
    [...providers, ...injectables].flatMap(([token, wrapper]) =>
      typeof token === 'string' && token.startsWith('APP_GUARD') ? [wrapper] : [],
    ),
  );
}

/** The name of a guard, for people. */
export function nameOfGuard(guard: WrittenGuard): string {
  return typeof guard === 'function' ? guard.name : guard.constructor.name;
}

/** Nest keeps `{ param }` for a parameter and `{ type }` for a property, each perhaps a forward reference. */
function injectedType(dependency: unknown): unknown {
  const { param, type } = Object(dependency) as { readonly param?: unknown; readonly type?: Type };
  const token: unknown = param ?? type;
  const { forwardRef } = Object(token) as { readonly forwardRef?: () => unknown };
  return typeof forwardRef === 'function' ? forwardRef() : token;
}
