import type { ExecutionContext } from '@nestjs/common';
import { SafeLogger } from '../util/safe-logger.js';
import type { AccessMode } from '../authorization/access-mode.js';
import { NoIdentityException } from '../refusals/unauthorized-exceptions.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import { isStranger } from './attach-identity.js';
import { endWith, type Exchange } from '../calls/exchange.js';

/** The call whose identity turns out to be missing. */
export interface MissingIdentityPlace {
  readonly context: ExecutionContext;
  readonly exchange: Exchange;
  readonly mode: AccessMode | undefined;
}

/** What a handler wants of its callers that has one of the `@Require…` decorators. */
export const REQUIREMENT_NEED = 'demands scopes, roles or a login of its callers';

/**
 * The 401 for a route that needs a caller and has none because no guard established one: a fault of
 * the wiring, so the log says which route and why.
 *
 * @param need what the route wants of its callers, as the middle of a sentence.
 * @param responder absent in a unit test of a controller without the module.
 * @throws NoIdentityException in the words of the call's transport.
 */
export function refuseWithoutIdentity(
  need: string,
  place: MissingIdentityPlace,
  responder: RefusalResponder | undefined,
): Promise<never> {
  const { exchange } = place;
  // Who came without a token to an endpoint that lets strangers in is no fault of the wiring.
  if (!isStranger(exchange.holder)) reportMissingIdentity(need, place);
  const exception = responder?.refuseStranger(exchange.response) ?? new NoIdentityException();
  return endWith(exception, exchange);
}

/** Says in the log which route lacks its guard. */
export function reportMissingIdentity(need: string, { context, mode }: MissingIdentityPlace): void {
  new SafeLogger().error(
    `${context.getClass().name}.${context.getHandler().name} ${need}, but no identity was ` +
      `established: it is ${mode === 'public' ? '@Public()' : 'not guarded by JwtAuthGuard'}.`,
  );
}

/** Says in the log which handler's caller was asked for before there was one. */
export function reportUnjudgedCall(context: ExecutionContext): void {
  new SafeLogger().error(
    `callerOf(context) was called for ${context.getClass().name}.${context.getHandler().name}, but ` +
      'JwtAuthGuard has not admitted a caller there. Put the guard that calls it after JwtAuthGuard.',
  );
}
