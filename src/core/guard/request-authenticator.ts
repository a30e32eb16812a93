import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { isPromise, type MaybeAsync } from '../util/maybe-async.js';
import { checkRequirements, type DemandRules } from '../authorization/check-requirements.js';
import { demandedScope } from '../authorization/requirement.js';
import { type RoutePolicy, RoutePolicyReader } from '../authorization/route-policy.js';
import type { Clock } from '../util/clock.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import { type Identity, isIdentity } from '../identity/identity.js';
import { attachIdentity, detachIdentity, markStranger } from '../identity/attach-identity.js';
import type { AnyRefusalException } from '../refusals/exception-of.js';
import { type Refusal, refusalOfError, type Result } from '../refusals/refusal.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import { AnswerHeaders } from '../calls/answer-headers.js';
import { schemesIn } from '../calls/authorization-header.js';
import type { CredentialsReader } from '../calls/credentials-reader.js';
import { whenLetIn } from '../calls/connection-verdict.js';
import { endWith, type Exchange } from '../calls/exchange.js';
import { exchangeOf } from '../calls/exchange-of.js';
import type { McpDemands } from '../on-demand/mcp/mcp-demands.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import {
  type GuardedCall,
  GuardedCalls,
  type GuardedHandler,
  type Outcome,
  RefusedCall,
  STRANGER,
  TrackedVerdict,
} from './guarded-calls.js';
import type { AccessTokenAuthenticator } from './access-token-authenticator.js';
import type { TokenBinding } from './token-binding.js';

/** Settled already: a remembered token waits for nothing. */
const LET_IN = Promise.resolve(true);

/** One guard's look at a call. */
interface Entry {
  readonly call: GuardedCall;
  readonly exchange: Exchange;
  readonly policy: RoutePolicy;
}

/** What the guard does with a request. One for the application, whatever the number of guards. */
@Injectable()
export class RequestAuthenticator {
  /** The calls that a guard has entered, for what looks after them. */
  readonly calls = new GuardedCalls();

  /** What the routes say. */
  readonly policies = new RoutePolicyReader();

  private readonly answerHeaders: AnswerHeaders;

  constructor(
    @Inject(TOKENS.credentialsReader) private readonly credentials: CredentialsReader,
    @Inject(TOKENS.authenticator) private readonly authenticator: AccessTokenAuthenticator,
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.tokenBinding) private readonly binding: TokenBinding,
    @Inject(TOKENS.resolvedConfig) config: ResolvedAuthConfig,
    @Inject(TOKENS.demandRules) private readonly rules: DemandRules,
    @Inject(TOKENS.mcpDemands) private readonly mcpDemands: McpDemands | undefined,
  ) {
    this.answerHeaders = new AnswerHeaders(config.tokenSources, schemesIn(config));
  }

  /**
   * The way of a call through all steps.
   *
   * @returns a promise in any case, so that compilers and linters see a forgotten `await`. It is settled
   * already where no step has to wait, and rejects with what the call ends with.
   */
  authenticate(context: ExecutionContext): Promise<boolean> {
    let entering: true | Promise<true>;
    try {
      entering = this.enter(context);
    } catch (error) {
      entering = Promise.reject(error as Error);
    }
    if (entering === true) return LET_IN;
    let handler: GuardedHandler | undefined;
    // Before the handler is found: should that throw, its error is the answer, and nothing waits for this one.
    entering.catch(() => {
      if (handler) handler.isRefused = true;
    });
    handler = this.calls.enter(context).enterHandler(context);
    return TrackedVerdict.of(entering, handler);
  }

  private enter(context: ExecutionContext): true | Promise<true> {
    const letIn = context.getType() === 'ws' ? whenLetIn(context) : undefined;
    return letIn
      ? letIn.then(() => this.authenticateCall(context))
      : this.authenticateCall(context);
  }

  private authenticateCall(context: ExecutionContext): true | Promise<true> {
    const route = this.policies.read(context);
    if (route.mode === 'public') return true;
    const exchange = exchangeOf(context);
    const policy =
      this.mcpDemands === undefined || context.getType() !== 'http'
        ? route
        : this.mcpDemands.policyOf(route, exchange.request);
    this.answerHeaders.vary(exchange, policy.mode === 'optional');
    const entry = { call: this.calls.enter(context), exchange, policy };
    const outcome = this.outcomeOf(entry);
    return isPromise(outcome)
      ? outcome.then((settled) => this.conclude(settled, entry))
      : this.conclude(outcome, entry);
  }

  /** Checks the token of a call once for all its guards and fields; again when it has expired meanwhile. */
  private outcomeOf({ call, exchange }: Entry): Outcome | Promise<Outcome> {
    const { outcome } = call;
    if (outcome !== undefined && !(isIdentity(outcome) && this.isExpired(outcome))) return outcome;
    const judging = this.authenticateToken(exchange);
    const settle = (verdict: Result<Identity> | undefined): Outcome =>
      (call.outcome = this.outcomeFrom(verdict, exchange));
    if (!isPromise(judging)) return settle(judging);
    exchange.whileJudged?.(judging);
    return (call.outcome = judging.then(settle, (error: unknown) => settle(refusalOfError(error))));
  }

  private outcomeFrom(verdict: Result<Identity> | undefined, exchange: Exchange): Outcome {
    if (verdict === undefined) return STRANGER;
    if (isIdentity(verdict)) return verdict;
    // A verdict that is neither identity nor refusal lets no caller in.
    const refusal = refusalOfError(verdict);
    return new RefusedCall(this.refuse(refusal, exchange));
  }

  private refuse(refusal: Refusal, { request, response }: Exchange): AnyRefusalException {
    const scheme = this.credentials.schemeOf(request);
    return this.responder.refuse(refusal.under(scheme), response);
  }

  private isExpired({ expiresAt }: Identity): boolean {
    return this.clock.now() >= expiresAt * 1_000;
  }

  /** @returns `undefined` when there is no token. Never throws. */
  private authenticateToken({ request }: Exchange): MaybeAsync<Result<Identity>> | undefined {
    try {
      const credentials = this.credentials.read(request);
      return credentials && this.authenticator.authenticate(credentials);
    } catch (error) {
      return refusalOfError(error);
    }
  }

  /** What the route demands beyond a good token; the caller is known from here on. */
  private conclude(outcome: Outcome, entry: Entry): true | Promise<never> {
    const { exchange, policy } = entry;
    if (outcome === STRANGER) return this.concludeStranger(entry);
    if (outcome instanceof RefusedCall) {
      // Messages of one socket share a holder; one that is refused gets a holder of its own.
      if (exchange.translate === undefined) detachIdentity(exchange.holder);
      return endWith(outcome.exception, exchange);
    }
    attachIdentity(outcome, exchange.holder);
    this.answerHeaders.keepPrivate(exchange);
    this.binding.setAnswerHeaders(exchange);
    const lack = checkRequirements(
      policy.requirements,
      outcome,
      this.clock.now() / 1_000,
      this.rules,
    );
    if (lack === undefined) return true;
    const issuer = this.trustedIssuers.configuredName(outcome.claims['iss']);
    const refusal = lack.of({ issuer, durationMs: undefined });
    return endWith(this.refuse(refusal, exchange), exchange);
  }

  private concludeStranger({ call, exchange, policy }: Entry): true | Promise<never> {
    if (policy.mode === 'optional' && policy.requirements.length === 0) {
      detachIdentity(exchange.holder);
      return markStranger(exchange.holder);
    }
    const scope = demandedScope(policy.requirements);
    call.tokenRequired ??= this.refuse(
      this.credentials.missing(exchange.request, { scope }),
      exchange,
    );
    return endWith(call.tokenRequired, exchange);
  }
}
