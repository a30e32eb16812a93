import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Route } from './route-memo.js';

/** How a route is guarded. */
export type AccessMode = 'protected' | 'public' | 'optional';

/** A namespaced string: another library's `@Public()` must not open our routes. */
export const ACCESS_MODE_KEY = 'nestjs-trusted-issuers:access-mode';

/** What the decorators of a route say of it. A handler's own wins over its controller's. */
export function accessModeOf(reflector: Reflector, route: Route): AccessMode | undefined {
  return reflector.getAllAndOverride<AccessMode | undefined>(ACCESS_MODE_KEY, [
    route.getHandler(),
    route.getClass(),
  ]);
}

/**
 * Lets everybody in: {@link JwtAuthGuard} does not look at the request, and a token that it carries is
 * neither checked nor used. On a controller or a handler; the handler's decorator wins.
 */
export const Public = (): CustomDecorator => SetMetadata(ACCESS_MODE_KEY, 'public');

/** Demands a token again for one handler of a controller that is `@Public()` or `@OptionalAuth()`. */
export const Protected = (): CustomDecorator => SetMetadata(ACCESS_MODE_KEY, 'protected');

/**
 * Lets a request without a token in, with no identity. A token that comes is judged as everywhere
 * else: a bad one is refused with its 401, not ignored. An identity that something else put on the request
 * before {@link JwtAuthGuard} ran is taken off where no token came.
 */
export const OptionalAuth = (): CustomDecorator => SetMetadata(ACCESS_MODE_KEY, 'optional');
