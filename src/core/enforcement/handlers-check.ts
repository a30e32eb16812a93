import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { ConfigurationFault } from '../../config/configuration-error.js';
import { policyOfMethod } from '../authorization/route-policy.js';
import {
  type ClassInModule,
  classesIn,
  methodsOf,
  type MethodOfClass,
} from './classes-in-modules.js';
import {
  asksFamily,
  guardsOn,
  isEnforced,
  nameOfGuard,
  type WrittenGuard,
} from './guards-on-paper.js';
import { hasHandlers, kindOfHandler } from './handler-kinds.js';

/** Handlers whose guards Nest would not ask, though they are written. */
export function faultsOfHandlers(
  modules: ModulesContainer,
  application: ApplicationConfig,
): readonly ConfigurationFault[] {
  return classesIn(modules)
    .filter(({ type }) => hasHandlers(type))
    .flatMap((found) => [
      ...faultsOfUnscanned(found, application),
      ...faultsOfReplacedMethods(found),
    ]);
}

/** Nest asks only those guards whose classes it met when it read the modules. */
function faultsOfUnscanned(
  { type, module, wrapper }: ClassInModule,
  application: ApplicationConfig,
): readonly ConfigurationFault[] {
  const isScanned = (guard: WrittenGuard): boolean =>
    typeof guard !== 'function' || module.injectables.has(guard as never);
  const isGlobal = (guard: WrittenGuard): boolean =>
    application.getGlobalGuards().some((one) => (one as object).constructor === guard);
  const lost = (target: object): WrittenGuard[] =>
    guardsOn(target).filter((guard) => asksFamily(guard) && !isScanned(guard) && !isGlobal(guard));
  const remedy = (wrapper.metatype as unknown) === type ? ADDED_LATE : NOT_SCANNED;
  const fault = (path: string, guards: readonly WrittenGuard[]): ConfigurationFault[] =>
    guards.length === 0
      ? []
      : [
          {
            path,
            message: `${guards.map(nameOfGuard).join(', ')} is written here, and NestJS ${remedy}`,
          },
        ];
  return [
    ...fault(type.name, lost(type)),
    ...methodsOf(type).flatMap(({ key, method }) =>
      fault(`${type.name}.${String(key)}`, lost(method)),
    ),
  ];
}

const NOT_SCANNED =
  'would not ask it: it reads decorators only of classes that a module lists, and this one is made by a factory or given as a value. ' +
  'List the class itself in controllers or providers (for an interface, { provide, useExisting } beside it).';
const ADDED_LATE =
  'would not ask it: it was put on the class after the modules were read. Write @UseGuards() as a decorator of the class or method, or guardEveryRoute: true.';

/** A constructor that puts another function in the place of a method leaves its decorators behind. */
function faultsOfReplacedMethods({ type, wrapper }: ClassInModule): readonly ConfigurationFault[] {
  const instance: unknown = wrapper.instance;
  if (!wrapper.isDependencyTreeStatic() || typeof instance !== 'object' || instance === null)
    return [];
  return methodsOf(type)
    .filter((method) => isReplaced(instance, method) && isWritten(method, type))
    .map(({ key }) => ({
      path: `${type.name}.${String(key)}`,
      message:
        'has guards or demands, and an instance of the class has another function in its place (such as this.x = this.x.bind(this) in the constructor). ' +
        'NestJS reads decorators from that function, which has none. Remove the assignment; NestJS calls handlers on their instance anyway.',
    }));
}

function isReplaced(instance: object, { key, method }: MethodOfClass): boolean {
  const own = Object.getOwnPropertyDescriptor(instance, key);
  if (own === undefined || key === 'handleConnection' || own.value === method) return false;
  // A wrapper that copied the decorators counts as the method.
  return typeof own.value !== 'function' || !isEnforced(own.value as object);
}

function isWritten({ key, method }: MethodOfClass, type: ClassInModule['type']): boolean {
  if (kindOfHandler(method, type) === 'unknown') return false;
  const { mode, requirements } = policyOfMethod(type, key);
  return guardsOn(method).some(asksFamily) || mode !== undefined || requirements.length > 0;
}
