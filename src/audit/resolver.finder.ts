import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { guardsOn } from '../enforcement/guards-on-paper.js';
import { EnforcementGuard } from '../enforcement/enforcement.guard.js';
import { REQUIREMENTS_KEY } from '../authorization/requirement.js';
import type { FoundHandler } from './handler.finder.js';

/** Metadata and options of @nestjs/graphql, which an application need not have; a test holds them against it. */
const TYPE = 'graphql:resolver_type';
const NAME = 'graphql:resolver_name';
const REFERENCE = 'graphql:resolve_reference';
const FIELD = 'graphql:resolve_property';
const OPTIONS = 'GqlModuleOptions';
const REMEDY = "until fieldResolverEnhancers has 'guards'";
const ROOT_TYPES: readonly unknown[] = ['Query', 'Mutation', 'Subscription'];

type Handler = NonNullable<FoundHandler['handler']>;

/**
 * Whether guards are asked before field and reference resolvers, which @nestjs/graphql leaves to
 * `fieldResolverEnhancers`.
 */
export function areFieldsGuarded(modules: ModulesContainer): boolean {
  return [...modules.values()].every(({ providers }) => {
    const options = providers.get(OPTIONS)?.instance as
      { readonly fieldResolverEnhancers?: readonly string[] } | undefined;
    return !options || (options.fieldResolverEnhancers?.includes('guards') ?? false);
  });
}

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
    const root = said(TYPE);
    const field = `${String(root ?? Reflect.getMetadata(TYPE, controller))}.${String(said(NAME) ?? handler.name)}`;
    const found = { kind: 'graphql', controller, handler } as const;
    if (ROOT_TYPES.includes(root)) return [{ ...found, reachedBy: `GraphQL ${field}` }];
    const guarded =
      guardsOn(handler).some((guard) => guard !== EnforcementGuard) || said(REQUIREMENTS_KEY);
    if (!said(REFERENCE) && !(said(FIELD) && guarded)) return [];
    return fieldsGuarded
      ? [{ ...found, reachedBy: `GraphQL ${field}` }]
      : [{ ...found, reachedBy: `GraphQL ${field}, ${REMEDY}`, skipsGuards: true }];
  });
}
