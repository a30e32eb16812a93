import type { Type } from '@nestjs/common';
import { guardsOn } from '../../enforcement/guards-on-paper.js';
import { FIELD, REFERENCE, RESOLVER_TYPE, ROOT_TYPES } from '../../enforcement/handler-kinds.js';
import { REQUIREMENTS_KEY } from '../../authorization/requirement.js';
import type { FoundHandler } from './handler-finder.js';

/** Metadata of @nestjs/graphql, which an application need not have; a test compares it with the package. */
const NAME = 'graphql:resolver_name';
const REMEDY = "until fieldResolverEnhancers has 'guards'";

type Handler = NonNullable<FoundHandler['handler']>;

/**
 * Queries, mutations, subscriptions and reference resolvers, which clients reach by themselves, and the
 * fields that have a guard or a demand of their own.
 */
export function handlersOfResolver(
  controller: Type,
  handlers: readonly Handler[],
  fieldsGuarded: boolean,
): FoundHandler[] {
  return handlers.flatMap((handler): FoundHandler[] => {
    const said = (key: string): unknown => Reflect.getMetadata(key, handler) as unknown;
    const root = said(RESOLVER_TYPE);
    const field = `${String(root ?? Reflect.getMetadata(RESOLVER_TYPE, controller))}.${String(said(NAME) ?? handler.name)}`;
    const found = { kind: 'graphql', controller, handler } as const;
    if (ROOT_TYPES.includes(root)) return [{ ...found, reachedBy: `GraphQL ${field}` }];
    const guarded = guardsOn(handler).length > 0 || said(REQUIREMENTS_KEY);
    if (!said(REFERENCE) && !(said(FIELD) && guarded)) return [];
    return fieldsGuarded
      ? [{ ...found, reachedBy: `GraphQL ${field}` }]
      : [{ ...found, reachedBy: `GraphQL ${field}, ${REMEDY}`, skipsGuards: true }];
  });
}
