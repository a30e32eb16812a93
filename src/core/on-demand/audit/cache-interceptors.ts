import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import type { ApplicationConfig } from '@nestjs/core';
import { isCachedPerIdentity } from '../../identity/cache-per-identity.js';
import type { FoundHandler } from './handler-finder.js';

/** Of \@nestjs/cache-manager, which an application need not have. */
const CACHE_INTERCEPTOR = 'CacheInterceptor';
const CACHE_KEY = 'cache_module:cache_key';

/**
 * A line for each handler that knows its callers, behind a cache that does not.
 *
 * @param guarded the handlers that a guard of ours protects, without `@Public()` ones.
 */
export function sharedCacheLines(
  guarded: readonly FoundHandler[],
  application: ApplicationConfig,
): readonly string[] {
  return guarded.flatMap((found) => {
    const { controller, handler, reachedBy } = found;
    const [cache] = interceptorsBefore(found, application).flatMap((one) => sharedCacheIn(one));
    if (cache === undefined || handler === undefined) return [];
    return [
      `${controller.name}.${handler.name} (${reachedBy}) has ${cache} before it, which answers one caller ` +
        `with what it cached for another. Write cachePerIdentity(${cache}).`,
    ];
  });
}

/**
 * A line where mercurius-cache may answer guarded fields. It does not tell which fields it caches, so the
 * line asks for a look and does not stop the start.
 *
 * @param guarded as above.
 * @param server the HTTP server's instance, where there is one.
 */
export function mercuriusCacheLines(
  guarded: readonly FoundHandler[],
  server: unknown,
): readonly string[] {
  const resolves = guarded.some(({ kind }) => kind === 'graphql');
  return resolves && hasMercuriusCache(server) ? [MERCURIUS_CACHE] : [];
}

const MERCURIUS_CACHE =
  'mercurius-cache answers fields from its cache without asking their guards. Leave guarded fields out of ' +
  'its policy.';

/** Global interceptors count for HTTP handlers, and for any handler that names its cache key. */
function interceptorsBefore(
  { kind, controller, handler }: FoundHandler,
  application: ApplicationConfig,
): readonly unknown[] {
  const targets = handler === undefined ? [controller] : [controller, handler];
  const own = targets.flatMap(
    (target) =>
      (Reflect.getMetadata(INTERCEPTORS_METADATA, target) as readonly unknown[] | undefined) ?? [],
  );
  const isNamed = targets.some((target) => Reflect.hasMetadata(CACHE_KEY, target));
  if (kind !== 'http' && !isNamed) return own;
  const perRequest = application.getGlobalRequestInterceptors();
  return [
    ...own,
    ...application.getGlobalInterceptors(),
    ...perRequest.map(({ metatype }) => metatype),
  ];
}

/** The name of a cache that callers share, in a list that is empty for anything else. */
function sharedCacheIn(interceptor: unknown): readonly string[] {
  const type: unknown =
    typeof interceptor === 'function'
      ? interceptor
      : (Object(interceptor) as { constructor?: unknown }).constructor;
  if (typeof type !== 'function' || isCachedPerIdentity(type)) return [];
  return classesOf(type).some(({ name }) => name === CACHE_INTERCEPTOR) ? [type.name] : [];
}

/** A class and those it extends. */
function classesOf(type: object): readonly { readonly name?: string }[] {
  const classes: object[] = [];
  for (
    let one: object | null = type;
    one !== null;
    one = Object.getPrototypeOf(one) as object | null
  )
    classes.push(one);
  return classes;
}

/** Where mercurius-cache puts what the application may call. */
function hasMercuriusCache(server: unknown): boolean {
  const { graphql } = Object(server) as { readonly graphql?: { readonly cache?: unknown } };
  return typeof graphql?.cache === 'object' && graphql.cache !== null;
}
