import type { ModulesContainer } from '@nestjs/core';
import type { ConfigurationFault } from '../../config/configuration-error.js';
import {
  classRequirementsOf,
  keysOfLostMethods,
  policyOfMethod,
} from '../authorization/route-policy.js';
import {
  type ClassInModule,
  classesIn,
  methodsOf,
  type MethodOfClass,
} from './classes-in-modules.js';
import { guardsOn, isOfFamily } from './guards-on-paper.js';
import {
  areFieldsGuarded,
  hasHandlers,
  type HandlerKind,
  isConnectionHook,
  kindOfHandler,
} from './handler-kinds.js';

const LIFECYCLE: readonly PropertyKey[] = [
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
  'configure',
];

/** Demands on methods before which Nest asks no guard. */
export function faultsOfDemands(modules: ModulesContainer): readonly ConfigurationFault[] {
  const fieldsGuarded = areFieldsGuarded(modules);
  return distinct(
    classesIn(modules).flatMap((found) => [
      ...faultsOfLostMethods(found),
      ...methodsOf(found.type).flatMap((method) => {
        const message = faultOf(method, found, fieldsGuarded);
        return message === undefined ? [] : [{ path: placeOf(found, method), message }];
      }),
    ]),
  );
}

/** Demands on methods of which nothing says how they are called; a line each. */
export function doubtfulDemands(modules: ModulesContainer): readonly string[] {
  const lines = classesIn(modules).flatMap((found) => {
    const methods = methodsOf(found.type).filter((method) => restricts(method, found));
    const unknown = methods.filter(({ method }) => kindOfHandler(method, found.type) === 'unknown');
    return unknown
      .filter(({ key }) => !LIFECYCLE.includes(key) && !isConnectionHook(key))
      .map((method) => `${placeOf(found, method)} ${DOUBTFUL}`);
  });
  return [...new Set(lines)];
}

const DOUBTFUL =
  'demands something of its callers, and nothing shows that NestJS asks a guard before it. That is right for a method that a library calls with guards (such as an MCP tool); elsewhere the demand is never checked.';

function faultOf(
  method: MethodOfClass,
  found: ClassInModule,
  fieldsGuarded: boolean,
): string | undefined {
  const kind = kindOfHandler(method.method, found.type);
  if (isField(kind)) {
    if (policyOfMethod(found.type, method.key).mode === 'public') return undefined;
    const isWritten = restricts(method, found) || guardsOn(method.method).some(isOfFamily);
    const ofClass =
      kind === 'graphql-reference' &&
      (guardsOn(found.type).some(isOfFamily) || classRequirementsOf(found.type).length > 0);
    return !fieldsGuarded && (isWritten || ofClass) ? UNGUARDED_FIELD : undefined;
  }
  const isUnguarded = kind === 'unguarded' || LIFECYCLE.includes(method.key);
  const ofClass =
    kind === 'unguarded' && !hasHandlers(found.type) && classRequirementsOf(found.type).length > 0;
  return isUnguarded && (restricts(method, found) || ofClass) ? NO_GUARDS : undefined;
}

const UNGUARDED_FIELD =
  "has a guard or a demand, and NestJS asks no guard before field and reference resolvers. Add 'guards' to fieldResolverEnhancers of GraphQLModule.forRoot().";
const NO_GUARDS =
  'demands something of its callers, and NestJS asks no guard before it (an event, a job, a command or a hook has no caller with a token). ' +
  'Check there what must hold, or put the demand on the handler that causes it.';

/** A decorator may have put something else in the place of a method that has demands. */
function faultsOfLostMethods({ type }: ClassInModule): readonly ConfigurationFault[] {
  return keysOfLostMethods(type).map((key) => ({
    path: `${type.name}.${String(key)}`,
    message:
      'has a demand or an access mode, and another decorator replaced the method by something that is not one. ' +
      'Write ours above that decorator, so that they apply to the method that NestJS calls.',
  }));
}

function isField(kind: HandlerKind): boolean {
  return kind === 'graphql-field' || kind === 'graphql-reference';
}

function restricts({ key }: MethodOfClass, { type }: ClassInModule): boolean {
  const { mode, requirements } = policyOfMethod(type, key);
  return mode === 'protected' || requirements.length > 0;
}

function placeOf({ type }: ClassInModule, { key }: MethodOfClass): string {
  return `${type.name}.${String(key)}`;
}

/** A class may be in several modules. */
function distinct(faults: readonly ConfigurationFault[]): readonly ConfigurationFault[] {
  return [...new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault])).values()];
}
