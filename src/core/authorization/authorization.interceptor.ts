import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { type Clock, systemClock } from '../util/clock.js';
import { TOKENS } from '../util/di-tokens.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import { RoutePolicyReader } from './route-policy.js';
import type { DemandRules } from './check-requirements.js';
import { type EnforcedBy, enforceRequirements } from './enforce-requirements.js';

/**
 * Checks the demands of a route again, after every guard. In an application that imports the module, its
 * last guard has already done so. The interceptor is for tests of a controller without the module, where
 * something replaces the guard, and for GraphQL fields whose resolvers have interceptors and no guards.
 */
@Injectable()
export class AuthorizationInterceptor implements NestInterceptor {
  private readonly policies = new RoutePolicyReader();
  private readonly by: EnforcedBy;

  constructor(
    // All are absent in a unit test of a controller without the module.
    @Optional() @Inject(TOKENS.refusalResponder) responder?: RefusalResponder,
    @Optional() @Inject(TOKENS.clock) clock: Clock = systemClock,
    @Optional() @Inject(TOKENS.demandRules) rules: DemandRules = {},
  ) {
    this.by = { clock, responder, rules };
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<never> {
    return enforceRequirements(context, this.policies.read(context), this.by) ?? next.handle();
  }
}
