import type { ExecutionContext } from '@nestjs/common';
import { routePolicyOf } from '../authorization/route-policy.js';
import { exchangeOf } from '../calls/exchange-of.js';
import { userOn } from '../calls/request-user.js';
import { isIdentity } from './identity.js';

/**
 * The key under which the answer to a call may be cached for its caller and no other. Call it after the
 * guards, as in an interceptor.
 *
 * It is made of `identity.id`. Callers without an identity share a key where the route lets strangers in
 * (`@Public()`, `@OptionalAuth()`), which no caller has. What else of a token an answer depends on, such as
 * its scopes, belongs into `key`.
 *
 * @param key what the answer is cached under without regard to callers, such as the URL.
 * @returns `undefined` (do not cache) where there is no `key`, or where the caller is unknown: no guard of
 * this module established an identity, or another guard's `user` is on the request.
 */
export function identityCacheKey(
  context: ExecutionContext,
  key: string | undefined,
): string | undefined {
  // A trackBy of the application’s own may give anything.
  if (typeof key !== 'string' || key === '') return undefined;
  const user = userOn(exchangeOf(context).holder);
  // As JSON, so that no part of one can be taken for a part of the other.
  if (isIdentity(user)) return JSON.stringify([user.id, key]);
  const { mode } = routePolicyOf(context);
  const admitsStrangers = mode === 'public' || mode === 'optional';
  return admitsStrangers && (user === undefined || user === null)
    ? JSON.stringify([null, key])
    : undefined;
}
