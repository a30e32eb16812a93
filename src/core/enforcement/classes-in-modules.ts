import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { Module } from '@nestjs/core/injector/module.js';
import { prototypesOf } from '../authorization/said-of-members.js';

/** A class of the application, as one of its modules has it. */
export interface ClassInModule {
  readonly type: Type;
  readonly module: Module;
  readonly wrapper: InstanceWrapper;
}

/** A method as instances of a class have it. */
export interface MethodOfClass {
  readonly key: string | symbol;
  readonly method: Function;
}

/**
 * Every class that a module has as a controller or provider. Of a provider that a factory makes, or that is
 * given as a value, the class is that of its instance, once there is one.
 */
export function classesIn(modules: ModulesContainer): readonly ClassInModule[] {
  return [...modules.values()].flatMap((module) =>
    [...module.controllers.values(), ...module.providers.values()].flatMap((wrapper) => {
      const type = classOf(wrapper);
      return type === undefined ? [] : [{ type, module, wrapper }];
    }),
  );
}

/** The methods of a class and its base classes, as its instances have them. */
export function methodsOf(type: Type): readonly MethodOfClass[] {
  const found = new Map<string | symbol, Function>();
  for (const prototype of prototypesOf(type))
    for (const key of Reflect.ownKeys(prototype)) {
      const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
      if (key !== 'constructor' && typeof value === 'function' && !found.has(key))
        found.set(key, value as Function);
    }
  return [...found].map(([key, method]) => ({ key, method }));
}

/**
 * Whether a method may call the one that it overrides, by its text: it names the method a second time. Only
 * for messages to people, because text proves nothing.
 */
export function mayAskSuper(method: Function, key: string): boolean {
  return method.toString().split(key).length > 2;
}

function classOf({ metatype, inject, instance }: InstanceWrapper): Type | undefined {
  if (isClass(metatype) && !inject) return metatype;
  const made: unknown = instance;
  if (typeof made !== 'object' || made === null) return undefined;
  const { constructor } = made as { constructor?: unknown };
  return isClass(constructor) && constructor !== Object ? constructor : undefined;
}

/** A stub may answer with any function where its class would be. */
function isClass(value: unknown): value is Type {
  return (
    typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null
  );
}
