import { type ExecutionContext, Inject, Injectable, type Type } from '@nestjs/common';
import { SafeLogger } from '../util/safe-logger.js';
import type { ModulesContainer } from '@nestjs/core';
import type { GuardedCall, GuardedHandler } from '../guard/guarded-calls.js';
import type { RequestAuthenticator } from '../guard/request-authenticator.js';
import type { Clock } from '../util/clock.js';
import { TOKENS } from '../util/di-tokens.js';
import { refuseWithoutIdentity } from '../identity/missing-identity.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import { exchangeOf } from '../calls/exchange-of.js';
import { type Route, RouteMemo } from '../calls/route-memo.js';
import type { DemandRules } from '../authorization/check-requirements.js';
import { type EnforcedBy, enforceRequirements } from '../authorization/enforce-requirements.js';
import {
  decidesItself,
  guardsOn,
  isOfFamily,
  standInFor,
  type WrittenGuard,
} from './guards-on-paper.js';
import { keysOf, prototypesOf } from '../authorization/said-of-members.js';

/**
 * What must hold when all guards of a call have answered and nothing behind them has run: no verdict is out,
 * a guard that was written was asked, and the caller has what the route demands.
 */
@Injectable()
export class Enforcement {
  private readonly logger = new SafeLogger();
  private readonly by: EnforcedBy;
  private readonly duties = new RouteMemo((route) => this.mustBeEntered(route));
  private readonly known = new RouteMemo(isMethodOfClass);

  constructor(
    @Inject(TOKENS.requestAuthenticator) private readonly authenticator: RequestAuthenticator,
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    @Inject(TOKENS.clock) clock: Clock,
    @Inject(TOKENS.demandRules) rules: DemandRules,
    @Inject(TOKENS.modules) private readonly modules: ModulesContainer,
  ) {
    this.by = { clock, responder, rules };
  }

  /**
   * Answers at once where nothing is out.
   *
   * @throws Error what the call ends with, at once or as a rejection.
   */
  enforce(context: ExecutionContext): true | Promise<true> {
    const call = this.authenticator.calls.find(context);
    const handler = call?.findHandler(context);
    return handler === undefined
      ? this.enforceNow(context, call)
      : this.enforceVerdicts(context, call, handler);
  }

  /** @throws Error what the call ends with, at once or as a rejection, for a function that is no method of the class. */
  refuseReplacedHandler(context: ExecutionContext): true | Promise<never> {
    if (this.known.read(context)) return true;
    const exchange = exchangeOf(context);
    const { mode } = this.authenticator.policies.read(context);
    return refuseWithoutIdentity(REPLACED, { context, exchange, mode }, this.responder);
  }

  /** A refusal that no code waited for is the answer; one that code caught is its decision. */
  private async enforceVerdicts(
    context: ExecutionContext,
    call: GuardedCall | undefined,
    handler: GuardedHandler,
  ): Promise<true> {
    for (const verdict of handler.unhandled) {
      await verdict.settled();
      handler.unhandled.delete(verdict);
    }
    if (handler.isRefused) this.noteCaughtRefusal(context);
    return this.enforceNow(context, call);
  }

  private enforceNow(
    context: ExecutionContext,
    call: GuardedCall | undefined,
  ): true | Promise<never> {
    const policy = this.authenticator.policies.read(context);
    const { mode } = policy;
    if (call === undefined && mode !== 'public' && this.duties.read(context))
      return refuseWithoutIdentity(
        'has a guard that NestJS did not run',
        { context, exchange: exchangeOf(context), mode },
        this.responder,
      );
    return enforceRequirements(context, policy, this.by) ?? true;
  }

  private noteCaughtRefusal(context: ExecutionContext): void {
    this.logger.debug(
      `${context.getClass().name}.${context.getHandler().name}: a guard of the application caught a refusal; the call goes on without an identity.`,
    );
  }

  /** Whether the route has a guard of ours that answers as `JwtAuthGuard` does, and so enters every call. */
  private mustBeEntered(route: Route): boolean {
    const own = [...guardsOn(route.getClass()), ...guardsOn(route.getHandler())];
    return own.some((guard) => this.enters(guard));
  }

  private enters(guard: WrittenGuard): boolean {
    if (!isOfFamily(guard) || decidesItself(guard)) return false;
    // What replaces it in a test decides for itself.
    return typeof guard !== 'function' || standInFor(guard as Type, this.modules) === undefined;
  }
}

const REPLACED =
  'is not the method that its class declares (a constructor put another function in its place, so NestJS ' +
  'does not see its decorators)';

function isMethodOfClass(route: Route): boolean {
  return keysOf(route.getHandler(), prototypesOf(route.getClass())).length > 0;
}
