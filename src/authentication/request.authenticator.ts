import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isPromise } from '../is-promise.js';
import { checkRequirements } from '../authorization/check-requirements.js';
import type { Requirement } from '../authorization/requirement.js';
import type { Clock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import { type Identity, isIdentity } from '../identity/identity.js';
import { type Judging, Refusal, type Verdict } from '../refusals/refusal.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import type { BearerCredentialsReader } from '../request/bearer-credentials.reader.js';
import { whenLetIn } from '../request/connection-verdict.js';
import { endWith, type Exchange, exchangeOf } from '../request/exchange.js';
import type { TrustedIssuers } from '../trust/trusted-issuers.js';
import { handOn } from './identity-handover.js';
import { PassportBridge } from './passport.bridge.js';
import { refusalOfError } from './passport-outcome.js';
import { RoutePolicyReader } from './route-policy.reader.js';
import type { Selection, TokenAuthenticator } from './token.authenticator.js';

/** Steps 0 to 9: what the guard does with a request. One for the application, whatever the number of guards. */
@Injectable()
export class RequestAuthenticator {
  private readonly policies: RoutePolicyReader;
  private readonly passport: PassportBridge;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(TOKENS.credentialsReader) private readonly credentials: BearerCredentialsReader,
    @Inject(TOKENS.authenticator) private readonly authenticator: TokenAuthenticator,
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {
    this.policies = new RoutePolicyReader(reflector);
    this.passport = new PassportBridge(authenticator);
  }

  /**
   * Step 0, and the way through the others. Answers at once where no step has to wait.
   *
   * @throws what the request ends with, at once or as a rejection.
   */
  authenticate(context: ExecutionContext): boolean | Promise<boolean> {
    const letIn = context.getType() === 'ws' ? whenLetIn(context) : undefined;
    return letIn
      ? letIn.then(() => this.authenticateCall(context))
      : this.authenticateCall(context);
  }

  private authenticateCall(context: ExecutionContext): boolean | Promise<boolean> {
    const { mode, requirements } = this.policies.read(context);
    if (mode === 'public') return true;
    const exchange = exchangeOf(context);
    const judging = this.judge(exchange);
    if (isPromise(judging)) exchange.whileJudged?.(judging);
    if (isPromise(judging))
      return judging.then(
        (verdict) => this.conclude(verdict, requirements, exchange),
        (error: unknown) => this.refuse(error, exchange),
      );
    if (judging !== undefined) return this.conclude(judging, requirements, exchange);
    if (mode === 'optional' && requirements.length === 0) return letStrangerIn(exchange);
    return this.refuse(new Refusal('auth_required', 'no bearer token in the request'), exchange);
  }

  /** @returns `undefined` when there is no token to be judged. */
  private judge({ request }: Exchange): Judging<Identity> | undefined {
    try {
      const token = this.credentials.read(request);
      if (token === undefined) return undefined;
      const known = this.authenticator.recall(token);
      if (known) return this.authenticator.readmit(known);
      const selecting = this.authenticator.select(token);
      return isPromise(selecting)
        ? selecting.then((selection) => this.enterPassport(selection))
        : this.enterPassport(selecting);
    } catch (error) {
      return refusalOfError(error);
    }
  }

  /** Passport is entered only with a token that is worth a signature check. */
  private enterPassport(selection: Verdict<Selection>): Judging<Identity> {
    return selection instanceof Refusal ? selection : this.passport.authenticate(selection);
  }

  /** Step 9, what the route demands beyond a good token; the caller is known from here on. */
  private conclude(
    verdict: Verdict<Identity>,
    requirements: readonly Requirement[],
    exchange: Exchange,
  ): true | Promise<never> {
    // A verdict that is neither identity nor refusal lets nobody in.
    if (!isIdentity(verdict)) return this.refuse(verdict, exchange);
    handOn(verdict, exchange.holder);
    if (requirements.length === 0) return true;
    const lack = checkRequirements(requirements, verdict, this.clock.now() / 1_000);
    if (lack === undefined) return true;
    const issuer = this.trustedIssuers.configuredName(verdict.claims['iss']);
    return this.refuse(lack.of({ issuer, durationMs: undefined }), exchange);
  }

  /** @throws Error at once, or as a rejection where a transport's exceptions must be loaded. */
  private refuse(error: unknown, exchange: Exchange): Promise<never> {
    return endWith(this.responder.refuse(refusalOfError(error), exchange.response), exchange);
  }
}

/** An identity already on the request came from no token of it, so it is not this caller's. */
function letStrangerIn({ holder }: Exchange): true {
  if (isIdentity(holder.user)) handOn(undefined, holder);
  return true;
}
