import type { Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import type { ModulesContainer } from '@nestjs/core';
import { methodsOf } from './classes-in-modules.js';

/** Metadata of packages that an application need not have; a test compares them with the packages. */
export const PATTERN = 'microservices:pattern';
export const MESSAGE_TRANSPORT = 'microservices:transport';
export const SUBSCRIPTION = 'websockets:message_mapping';
export const RESOLVER_TYPE = 'graphql:resolver_type';
export const REFERENCE = 'graphql:resolve_reference';
export const FIELD = 'graphql:resolve_property';
const GATEWAY = 'websockets:is_gateway';
const GRAPHQL_OPTIONS = 'GqlModuleOptions';

export const ROOT_TYPES: readonly unknown[] = ['Query', 'Mutation', 'Subscription'];

/** What of @nestjs/event-emitter, schedule, cqrs, bull and bullmq says that a method is called without guards. */
const UNGUARDED_METHODS = [
  'EVENT_LISTENER_METADATA',
  'SCHEDULER_TYPE',
  'SCHEDULE_CRON_OPTIONS',
  'SCHEDULE_INTERVAL_OPTIONS',
  'SCHEDULE_TIMEOUT_OPTIONS',
  'bull:module_queue_process',
  'bull:queue_process',
  'bull:queue_hook',
  'bullmq:worker_event',
  'bullmq:queue_event',
];
const UNGUARDED_CLASSES = [
  '__commandHandler__',
  '__queryHandler__',
  '__eventsHandler__',
  'bullmq:processor',
  'bull:module_queue',
];

/** What Nest calls for a connection; it asks no guard before. */
export const CONNECTION_HOOKS = ['handleConnection', 'handleDisconnect', 'afterInit'] as const;

/** Whether a method is one that Nest calls for a connection. */
export function isConnectionHook(key: PropertyKey): boolean {
  return CONNECTION_HOOKS.some((hook) => hook === key);
}

/** How Nest calls a method. */
export type HandlerKind =
  | 'http'
  | 'rpc'
  | 'ws'
  | 'graphql'
  /** A field or reference of GraphQL, before which guards are asked only where the options say so. */
  | 'graphql-field'
  | 'graphql-reference'
  /** Called by Nest or one of its packages, which asks no guard. */
  | 'unguarded'
  /** No sign of how it is called, if it is. */
  | 'unknown';

/** How Nest calls a method, by the metadata of its decorators. */
export function kindOfHandler(method: Function, type: Type): HandlerKind {
  const kind = kindOfMethod(method);
  if (kind !== undefined) return kind;
  return hasOneOf(UNGUARDED_CLASSES, Reflect.getMetadataKeys(type)) ? 'unguarded' : 'unknown';
}

/**
 * All keys are read at once: a start asks this of every method of every provider, most have none, and each
 * look-up of one key walks the prototypes again.
 */
function kindOfMethod(method: Function): Exclude<HandlerKind, 'unknown'> | undefined {
  const keys: readonly unknown[] = Reflect.getMetadataKeys(method);
  if (keys.length === 0) return undefined;
  if (keys.includes(PATH_METADATA)) return 'http';
  if (keys.includes(PATTERN)) return 'rpc';
  if (keys.includes(SUBSCRIPTION)) return 'ws';
  if (ROOT_TYPES.includes(Reflect.getMetadata(RESOLVER_TYPE, method))) return 'graphql';
  if (keys.includes(REFERENCE)) return 'graphql-reference';
  if (keys.includes(FIELD)) return 'graphql-field';
  return hasOneOf(UNGUARDED_METHODS, keys) ? 'unguarded' : undefined;
}

function hasOneOf(sought: readonly string[], keys: readonly unknown[]): boolean {
  return sought.some((key) => keys.includes(key));
}

/** Whether a method handles messages, of a microservice or of a gateway. */
export function isMessageHandler(method: Function): boolean {
  return [PATTERN, SUBSCRIPTION].some((message) => Reflect.hasMetadata(message, method));
}

/** What MCP-Nest registers a tool, a resource or a prompt under: a message's pattern. */
export interface McpPattern {
  readonly kind: 'tool' | 'resource' | 'resource-template' | 'prompt';
  readonly name: string;
}

/** What a method is to MCP-Nest, if it is one of its handlers. */
export function mcpPatternOf(method: Function): McpPattern | undefined {
  const patterns: unknown = Reflect.getMetadata(PATTERN, method);
  const [pattern] = Array.isArray(patterns) ? (patterns as readonly unknown[]) : [];
  const { mcp, name } = Object(pattern) as { mcp?: unknown; name?: unknown };
  return typeof mcp === 'string' && typeof name === 'string'
    ? { kind: mcp as McpPattern['kind'], name }
    : undefined;
}

/** Whether a class is a gateway. */
export function isGateway(type: Type): boolean {
  return Reflect.getMetadata(GATEWAY, type) === true;
}

/** Whether Nest calls any method of a class from outside. */
export function hasHandlers(type: Type): boolean {
  const kinds = methodsOf(type).map(({ method }) => kindOfMethod(method));
  return isGateway(type) || kinds.some((kind) => kind !== undefined && kind !== 'unguarded');
}

/**
 * Whether guards are asked before field and reference resolvers, which @nestjs/graphql leaves to
 * `fieldResolverEnhancers`.
 */
export function areFieldsGuarded(modules: ModulesContainer): boolean {
  return [...modules.values()].every(({ providers }) => {
    const options = providers.get(GRAPHQL_OPTIONS)?.instance as
      { readonly fieldResolverEnhancers?: readonly string[] } | undefined;
    return !options || (options.fieldResolverEnhancers?.includes('guards') ?? false);
  });
}
