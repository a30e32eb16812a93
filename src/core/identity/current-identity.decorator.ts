import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { routePolicyOf } from '../authorization/route-policy.js';
import { exchangeOf } from '../calls/exchange-of.js';
import { userOn } from '../calls/request-user.js';
import { CurrentIdentityPipe } from './current-identity.pipe.js';
import { isIdentity } from './identity.js';
import { missingIdentityAt } from './missing-identity-placeholder.js';

const identityOfRequest = createParamDecorator((_data: undefined, context: ExecutionContext) => {
  const exchange = exchangeOf(context);
  const user = userOn(exchange.holder);
  if (isIdentity(user)) return user;
  const mode = routePolicyOf(context).mode;
  return mode === 'optional' ? undefined : missingIdentityAt({ context, exchange, mode });
});

/**
 * Gives a handler the caller's {@link Identity}.
 *
 * Under `@OptionalAuth()` it is `undefined` for a caller without a token, whatever was on the request before.
 * Elsewhere a missing identity means that no guard ran for the route: the request ends in the 401
 * `auth_required`, and the log says which handler lacks its guard. What another guard put on `request.user`
 * counts only where it came from {@link vouchFor}, or from this module.
 *
 * @example
 * ```ts
 * class ProfileController {@Get('me')
 *   me(@CurrentIdentity() { issuer, subject }: Identity): object {
 *     return { issuer, subject };
 *   }
 * }
 * ```
 *
 * @throws NoIdentityException
 */
export const CurrentIdentity = (): ParameterDecorator =>
  identityOfRequest(undefined, CurrentIdentityPipe);
