import type { ExecutionContext } from '@nestjs/common';
import { routePolicyOf } from '../authorization/route-policy.js';
import { NoIdentityException } from '../refusals/unauthorized-exceptions.js';
import { exchangeOf } from '../calls/exchange-of.js';
import { userOn } from '../calls/request-user.js';
import { type Identity, isIdentity } from './identity.js';
import { reportUnjudgedCall } from './missing-identity.js';
import { isStranger } from './attach-identity.js';

/**
 * Who is calling, for guards and interceptors of your own that come after {@link JwtAuthGuard}: on a route,
 * a resolver, a message of a gateway or of a microservice.
 *
 * @example
 * ```ts
 * class TenantGuard implements CanActivate {
 *   canActivate(context: ExecutionContext): boolean {
 *     return callerOf(context)?.tenant === 'acme';
 *   }
 * }
 * ```
 *
 * @returns `undefined` on `@Public()`, whatever came with the call, and on `@OptionalAuth()` for a caller
 * whom the guard let in without a token. Otherwise the caller's identity.
 * @throws NoIdentityException when no guard has checked the call yet, or one has refused it; the log says
 * for which handler.
 * @throws Error for a kind of call that `JwtAuthGuard` does not know either
 */
export function callerOf(context: ExecutionContext): Identity | undefined {
  const { mode } = routePolicyOf(context);
  if (mode === 'public') return undefined;
  const { holder } = exchangeOf(context);
  const user = userOn(holder);
  if (isIdentity(user)) return user;
  // All calls of one request share the mark, including those that demand a token.
  if (mode === 'optional' && isStranger(holder)) return undefined;
  reportUnjudgedCall(context);
  throw new NoIdentityException();
}
