import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { accessModeOf } from '../access-mode.js';
import { type Clock, systemClock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import { isIdentity } from '../identity/identity.js';
import { missingIdentity } from '../identity/missing-identity.js';
import { exceptionOf } from '../refusals/exception-of.js';
import type { NoIdentityException } from '../refusals/refusal.exceptions.js';
import { DEFAULT_PRESENTATION } from '../refusals/refusal.presentation.js';
import { Refusal } from '../refusals/refusal.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import { exchangeOf } from '../request/exchange.js';
import { checkRequirements } from './check-requirements.js';
import { RequirementReader } from './requirement.reader.js';

/**
 * Makes sure that what a route demands was judged. The guard does that where it runs; here it shows
 * when it did not. An interceptor, because those run after every guard, global, of the controller and
 * of the handler, in whichever order the decorators stand.
 */
@Injectable()
export class AuthorizationInterceptor implements NestInterceptor {
  private readonly logger = new Logger('TrustedIssuers');
  private readonly requirements: RequirementReader;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    // Both are absent in a unit test of a controller without the module.
    @Optional() @Inject(TOKENS.refusalResponder) private readonly responder?: RefusalResponder,
    @Optional() @Inject(TOKENS.clock) private readonly clock: Clock = systemClock,
  ) {
    this.requirements = new RequirementReader(reflector);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const requirements = this.requirements.read(context);
    if (requirements.length === 0) return next.handle();
    const { holder, response } = exchangeOf(context);
    if (!isIdentity(holder.user)) throw this.unguarded(context, response);
    try {
      // Once more after the guard, for a guard that stands in for ours, as in an application's tests.
      checkRequirements(requirements, holder.user, this.clock.now() / 1_000);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw this.responder?.refuse(error, response) ?? exceptionOf(error, DEFAULT_PRESENTATION);
    }
    return next.handle();
  }

  private unguarded(context: ExecutionContext, response: unknown): NoIdentityException {
    const mode = accessModeOf(this.reflector, context);
    const { logger, responder } = this;
    return missingIdentity('demands scopes, roles or a login of its callers', {
      ...{ context, response, mode, logger, responder },
    });
  }
}
