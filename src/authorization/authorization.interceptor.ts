import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { accessModeOf } from '../access-mode.js';
import { type Clock, systemClock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import { isIdentity } from '../identity/identity.js';
import { refuseWithoutIdentity } from '../identity/missing-identity.js';
import { exceptionOf } from '../refusals/exception-of.js';
import { DEFAULT_PRESENTATION } from '../refusals/refusal.presentation.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import { endWith, type Exchange, exchangeOf } from '../request/exchange.js';
import { checkRequirements } from './check-requirements.js';
import { RequirementReader } from './requirement.reader.js';

/**
 * Makes sure that what a route demands was judged. The guard does that where it runs; here it shows
 * when it did not. An interceptor, because those run after every guard, global, of the controller and
 * of the handler, in whichever order the decorators stand.
 */
@Injectable()
export class AuthorizationInterceptor implements NestInterceptor {
  private readonly requirements: RequirementReader;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    // Both are absent in a unit test of a controller without the module.
    @Optional() @Inject(TOKENS.refusalResponder) private readonly responder?: RefusalResponder,
    @Optional() @Inject(TOKENS.clock) private readonly clock: Clock = systemClock,
  ) {
    this.requirements = new RequirementReader(reflector);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<never> {
    const requirements = this.requirements.read(context);
    if (requirements.length === 0) return next.handle();
    const exchange = exchangeOf(context);
    const { user } = exchange.holder;
    if (!isIdentity(user)) return this.refuseUnguarded(context, exchange);
    // Once more after the guard, for a guard that stands in for ours, as in an application's tests.
    const lack = checkRequirements(requirements, user, this.clock.now() / 1_000);
    if (!lack) return next.handle();
    const exception =
      this.responder?.refuse(lack, exchange.response) ?? exceptionOf(lack, DEFAULT_PRESENTATION);
    return endWith(exception, exchange);
  }

  private refuseUnguarded(context: ExecutionContext, exchange: Exchange): Promise<never> {
    const mode = accessModeOf(this.reflector, context);
    const need = 'demands scopes, roles or a login of its callers';
    return refuseWithoutIdentity(need, { context, exchange, mode }, this.responder);
  }
}
