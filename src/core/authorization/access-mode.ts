import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { requireMethod, sayOfMember } from './said-of-members.js';

/** How a route is guarded. */
export type AccessMode = 'protected' | 'public' | 'optional';

/** A namespaced string: another library's `@Public()` must not open our routes. */
export const ACCESS_MODE_KEY = 'nestjs-trusted-issuers:access-mode';

/**
 * Opens a route to every caller: {@link JwtAuthGuard} does not look at the request, and a token that it carries
 * is neither checked nor used. On a controller or a handler; the handler's decorator wins.
 *
 * Never inherited: on a class it counts for that class alone, and a method that overrides an open one must say
 * so again.
 *
 * @example
 * ```ts
 * class HealthController {@Public()@Get('health')
 *   check(): string {
 *     return 'ok';
 *   }
 * }
 * ```
 *
 * @throws TypeError on a field, an accessor or a static method
 */
export const Public = (): CustomDecorator => accessMode('Public', 'public');

/**
 * Demands a token again for one handler of a controller that is `@Public()` or `@OptionalAuth()`. A method
 * that overrides the handler is protected as well, unless it says otherwise.
 *
 * @throws TypeError on a field, an accessor or a static method
 */
export const Protected = (): CustomDecorator => accessMode('Protected', 'protected');

/**
 * Admits a request without a token, with no identity. A token that comes is checked as everywhere
 * else: a bad one is refused with its 401, not ignored. An identity that something else put on the request
 * before {@link JwtAuthGuard} ran is taken off where no token came.
 *
 * Never inherited, like {@link Public}.
 *
 * @example
 * ```ts
 * class GreetingController {@OptionalAuth()@Get('greeting')
 *   greet(@CurrentIdentity() caller: Identity | undefined): string {
 *     return `Hello ${caller?.subject ?? 'stranger'}`;
 *   }
 * }
 * ```
 *
 * @throws TypeError on a field, an accessor or a static method
 */
export const OptionalAuth = (): CustomDecorator => accessMode('OptionalAuth', 'optional');

function accessMode(name: string, mode: AccessMode): CustomDecorator {
  const say = SetMetadata(ACCESS_MODE_KEY, mode);
  const decorate = (
    target: object,
    key?: string | symbol,
    descriptor?: PropertyDescriptor,
  ): void => {
    if (key === undefined) return void say(target as new () => object);
    requireMethod(name, target, key, descriptor);
    sayOfMember({ target, key }, { mode });
    say(target, key, descriptor as PropertyDescriptor);
  };
  return Object.assign(decorate as CustomDecorator, { KEY: ACCESS_MODE_KEY });
}
