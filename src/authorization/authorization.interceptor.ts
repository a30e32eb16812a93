import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { type Clock, systemClock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import { isIdentity } from '../identity/identity.js';
import {
  type MissingIdentityPlace,
  refuseWithoutIdentity,
  REQUIREMENT_NEED,
} from '../identity/missing-identity.js';
import { exceptionOf } from '../refusals/exception-of.js';
import { DEFAULT_PRESENTATION } from '../refusals/refusal.presentation.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import { endWith, exchangeOf } from '../request/exchange.js';
import { checkRequirements, type IssuerNames } from './check-requirements.js';
import { RoutePolicyReader } from '../route/route-policy.js';

/**
 * Checks what a route demands once more, behind every guard. In an application that imports the module,
 * {@link EnforcementGuard} has done so before; this one is for tests of a controller without the module,
 * and for GraphQL fields whose resolvers have interceptors and no guards.
 */
@Injectable()
export class AuthorizationInterceptor implements NestInterceptor {
  private readonly policies = new RoutePolicyReader();

  constructor(
    // All are absent in a unit test of a controller without the module.
    @Optional() @Inject(TOKENS.refusalResponder) private readonly responder?: RefusalResponder,
    @Optional() @Inject(TOKENS.clock) private readonly clock: Clock = systemClock,
    @Optional() @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers?: IssuerNames,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<never> {
    const { mode, requirements } = this.policies.read(context);
    if (requirements.length === 0) return next.handle();
    const exchange = exchangeOf(context);
    const { user } = exchange.holder;
    if (!isIdentity(user)) return this.refuseUnguarded({ context, exchange, mode });
    // Once more after the guard, for a guard that stands in for ours, as in an application's tests.
    const lack = checkRequirements(
      requirements,
      user,
      this.clock.now() / 1_000,
      this.trustedIssuers,
    );
    if (!lack) return next.handle();
    const exception =
      this.responder?.refuse(lack, exchange.response) ?? exceptionOf(lack, DEFAULT_PRESENTATION);
    return endWith(exception, exchange);
  }

  private refuseUnguarded(place: MissingIdentityPlace): Promise<never> {
    return refuseWithoutIdentity(REQUIREMENT_NEED, place, this.responder);
  }
}
