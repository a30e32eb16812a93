import type { Type } from '@nestjs/common';
import type { AccessMode } from './access-mode.js';
import type { Requirement } from './requirement.js';

/** What the decorators on one method of one class say. */
export interface SaidOfMember {
  readonly requirements: readonly Requirement[];
  readonly mode: AccessMode | undefined;
}

/** Metadata of a property of a prototype. A namespaced string, like our other keys. */
const MEMBER_KEY = 'nestjs-trusted-issuers:said-of-member';

const NOTHING: SaidOfMember = { requirements: [], mode: undefined };

/** Where a decorator is written. */
export interface DecoratedMember {
  readonly target: object;
  readonly key: string | symbol;
}

/**
 * Notes what a decorator says by class and property key. Beside the metadata of the function, because a
 * decorator that replaces the function leaves that metadata behind on a function that Nest never calls.
 */
export function sayOfMember({ target, key }: DecoratedMember, said: Partial<SaidOfMember>): void {
  const earlier = saidOfOwnMember(target, key) ?? NOTHING;
  const { requirements = [], mode = earlier.mode } = said;
  const all = { requirements: [...earlier.requirements, ...requirements], mode };
  Reflect.defineMetadata(MEMBER_KEY, all, target, key);
}

/** What is said of a property where this very prototype, and no base class, has it. */
export function saidOfOwnMember(target: object, key: string | symbol): SaidOfMember | undefined {
  return Reflect.getOwnMetadata(MEMBER_KEY, target, key) as SaidOfMember | undefined;
}

/**
 * Makes sure that a method decorator is on a method. Anywhere else (on a field, or called by hand), no
 * code would find what it demands.
 *
 * @throws TypeError that names the place and the remedy.
 */
export function requireMethod(
  decorator: string,
  target: object,
  key: string | symbol,
  descriptor: PropertyDescriptor | undefined,
): void {
  const isStatic = typeof target === 'function';
  if (!isStatic && typeof descriptor?.value === 'function') return;
  const { name } = isStatic ? target : (target.constructor as Type);
  const what = isStatic
    ? 'a static method'
    : 'not a method, or the decorator was not given its descriptor';
  throw new TypeError(
    `@${decorator}() on ${name}.${String(key)}: this is ${what}, so NestJS would never enforce it. ` +
      'Write the decorator on a method of the class (not on a field or accessor), and pass on the property descriptor where you call it by hand.',
  );
}

/** The prototypes of a class, its own first. */
export function prototypesOf(type: Type): object[] {
  const chain: object[] = [];
  let prototype = type.prototype as object | null;
  while (prototype !== null && prototype !== Object.prototype && chain.length < MAX_DEPTH) {
    chain.push(prototype);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return chain;
}

/** No sane class has more ancestors. */
const MAX_DEPTH = 100;

/** Metadata of a function of ours that calls a method in whose place it is: that method. */
export const METHOD_BEHIND = 'nestjs-trusted-issuers:method-behind';

/** The method that was written where a prototype has this value. */
export function methodBehind(value: unknown): unknown {
  return typeof value === 'function'
    ? ((Reflect.getOwnMetadata(METHOD_BEHIND, value) as unknown) ?? value)
    : value;
}

/** The property keys under which the prototypes of a class hold this very function. */
export function keysOf(handler: Function, chain: readonly object[]): (string | symbol)[] {
  const keys = chain.flatMap((prototype) =>
    Reflect.ownKeys(prototype).filter(
      (key) => methodBehind(Object.getOwnPropertyDescriptor(prototype, key)?.value) === handler,
    ),
  );
  return [...new Set(keys)].filter((key) => key !== 'constructor');
}
