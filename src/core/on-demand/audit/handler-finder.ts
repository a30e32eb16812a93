import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import {
  areFieldsGuarded,
  isGateway,
  mcpPatternOf,
  PATTERN,
  SUBSCRIPTION,
} from '../../enforcement/handler-kinds.js';
import { openGateways } from '../../enforcement/open-gateways.js';
import { handlersOfResolver } from './handlers-of-resolver.js';

/** Something of an application that can be called from outside. */
export interface FoundHandler {
  readonly kind: 'http' | 'rpc' | 'ws' | 'graphql';
  readonly controller: Type;
  /** `undefined` for unchecked connections to a gateway. */
  readonly handler: ((...parameters: never[]) => unknown) | undefined;
  /** How it is reached, for people: `GET /notes`, `message "notes.list"`. */
  readonly reachedBy: string;
  /** NestJS calls no guard before it, whatever its decorators say. */
  readonly skipsGuards?: true;
}

/** Metadata of packages that an application need not have; a test compares them with the packages. */
const SUBSCRIBED_EVENT = 'message';
/** Guards do not run for connections, so the report names the remedy. */
const CONNECTION = 'WebSocket connection, guarded by @AuthenticatedGateway() alone';

/** Every handler of every module, each once, however many modules share its controller. */
export function findHandlers(modules: ModulesContainer): readonly FoundHandler[] {
  const all = [...modules.values()];
  const controllers = new Set(all.flatMap((module) => typesIn(module.controllers)));
  const providers = new Set(all.flatMap((module) => typesIn(module.providers)));
  const fieldsGuarded = areFieldsGuarded(modules);
  return [
    ...[...controllers].flatMap(handlersOfController),
    ...[...providers].filter(isGateway).flatMap(messagesOfGateway),
    ...openGateways(modules).map((controller) => ({
      kind: 'ws' as const,
      controller,
      handler: undefined,
      reachedBy: CONNECTION,
    })),
    ...[...providers].flatMap((provider) =>
      handlersOfResolver(provider, methodsOf(provider), fieldsGuarded),
    ),
  ];
}

function typesIn(wrappers: ReadonlyMap<unknown, { readonly metatype: unknown }>): Type[] {
  return [...wrappers.values()].flatMap(({ metatype }) =>
    typeof metatype === 'function' && typeof metatype.prototype === 'object'
      ? [metatype as Type]
      : [],
  );
}

function handlersOfController(controller: Type): FoundHandler[] {
  return methodsOf(controller).flatMap((handler): FoundHandler[] => {
    const patterns: unknown = Reflect.getMetadata(PATTERN, handler);
    return [
      ...(Reflect.hasMetadata(PATH_METADATA, handler)
        ? [{ kind: 'http' as const, controller, handler, reachedBy: routeOf(controller, handler) }]
        : []),
      ...(patterns === undefined
        ? []
        : [{ kind: 'rpc' as const, controller, handler, reachedBy: messageOf(handler, patterns) }]),
    ];
  });
}

function messageOf(handler: Function, patterns: unknown): string {
  const mcp = mcpPatternOf(handler);
  return mcp === undefined ? `message ${shown(patterns)}` : `MCP ${mcp.kind} ${shown(mcp.name)}`;
}

function messagesOfGateway(controller: Type): FoundHandler[] {
  const handlers = methodsOf(controller).filter((handler) =>
    Reflect.hasMetadata(SUBSCRIPTION, handler),
  );
  return handlers.map((handler) => ({
    kind: 'ws',
    controller,
    handler,
    reachedBy: `WebSocket ${shown(Reflect.getMetadata(SUBSCRIBED_EVENT, handler))}`,
  }));
}

function methodsOf({ prototype }: Type): NonNullable<FoundHandler['handler']>[] {
  const methods = prototype as Record<string, NonNullable<FoundHandler['handler']>>;
  return new MetadataScanner().getAllMethodNames(methods).flatMap((name) => methods[name] ?? []);
}

function routeOf(controller: Type, handler: object): string {
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const paths = [controller, handler].map((target) =>
    [Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined].flat(),
  );
  const [prefixes = [], own = []] = paths;
  const joined = prefixes.flatMap((prefix) =>
    own.map((path) => `/${prefix ?? ''}/${path ?? ''}`.replaceAll(/\/+/g, '/')),
  );
  const routes = joined.map((path) => (path.length > 1 ? path.replace(/\/$/, '') : path));
  return `${RequestMethod[method]} ${routes.join(', ')}`;
}

function shown(pattern: unknown): string {
  const patterns: readonly unknown[] = Array.isArray(pattern) ? pattern : [pattern];
  return patterns.map((one) => JSON.stringify(one)).join(', ');
}
