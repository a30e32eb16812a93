import type { ExecutionContext } from '@nestjs/common';
import type { Clock } from '../util/clock.js';
import { isIdentity } from '../identity/identity.js';
import { refuseWithoutIdentity, REQUIREMENT_NEED } from '../identity/missing-identity.js';
import { exceptionOf } from '../refusals/exception-of.js';
import { DEFAULT_PRESENTATION } from '../refusals/refusal-presentation.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import { endWith } from '../calls/exchange.js';
import { exchangeOf } from '../calls/exchange-of.js';
import { userOn } from '../calls/request-user.js';
import type { RoutePolicy } from './route-policy.js';
import { checkRequirements, type DemandRules } from './check-requirements.js';

/** What demands are checked with; what is absent is so in a unit test of a controller without the module. */
export interface EnforcedBy {
  readonly clock: Clock;
  readonly responder: RefusalResponder | undefined;
  readonly rules: DemandRules;
}

/**
 * Checks the caller that the guards have left on a call against the demands of its route.
 *
 * @throws Error what the call ends with, at once or as a rejection, where the caller lacks something or none is
 * there.
 */
export function enforceRequirements(
  context: ExecutionContext,
  { mode, requirements }: RoutePolicy,
  { clock, responder, rules }: EnforcedBy,
): undefined | Promise<never> {
  if (requirements.length === 0) return undefined;
  const exchange = exchangeOf(context);
  const user = userOn(exchange.holder);
  if (!isIdentity(user))
    return refuseWithoutIdentity(REQUIREMENT_NEED, { context, exchange, mode }, responder);
  const lack = checkRequirements(requirements, user, clock.now() / 1_000, rules);
  if (lack === undefined) return undefined;
  const exception =
    responder?.refuse(lack, exchange.response) ?? exceptionOf(lack, DEFAULT_PRESENTATION);
  return endWith(exception, exchange);
}
