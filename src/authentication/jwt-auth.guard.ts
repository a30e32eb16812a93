import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { checkRequirements } from '../authorization/check-requirements.js';
import { RequirementReader } from '../authorization/requirement.reader.js';
import type { Clock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import type { Identity } from '../identity/identity.js';
import { Refusal } from '../refusals/refusal.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import type { BearerCredentialsReader } from '../request/bearer-credentials.reader.js';
import { endWith, type Exchange, exchangeOf } from '../request/exchange.js';
import { AccessModeReader } from './access-mode.reader.js';
import { PassportBridge } from './passport.bridge.js';
import { refusalOfError } from './passport-outcome.js';
import type { Selection, TokenAuthenticator } from './token.authenticator.js';
import type { RememberedToken } from './verified-token.memory.js';

/**
 * Lets a request in when it carries an access token of a trusted issuer, and puts the caller's
 * {@link Identity} on `request.user`. Resolvers of GraphQL are routes to it. Routes marked {@link Public} or {@link OptionalAuth} are
 * treated as those say; every other route is protected.
 *
 * Use it as `@UseGuards(JwtAuthGuard)`, or everywhere with `guardEveryRoute: true`. Messages of
 * WebSocket gateways and microservices are judged alike; there a refusal is a `WsException` or
 * `RpcException` with the documented body as its error and the exception named below as its `cause`.
 *
 * @throws UnauthorizedException one of this module's, with the documented body
 * @throws InsufficientScopeException (403) when the caller lacks what {@link RequireScopes} and the like demand
 * @throws InvalidRequestException (400) when the request carries more than one token
 * @throws KeysUnavailableException (503) when the token could not be judged
 * @throws Error when it is reached by a kind of call that it does not know: what it can't judge it refuses
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  private readonly accessModes: AccessModeReader;
  private readonly requirements: RequirementReader;
  private readonly passport: PassportBridge;

  /** @internal Made by Nest. */
  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(TOKENS.credentialsReader) private readonly credentials: BearerCredentialsReader,
    @Inject(TOKENS.authenticator) private readonly authenticator: TokenAuthenticator,
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {
    this.accessModes = new AccessModeReader(reflector);
    this.requirements = new RequirementReader(reflector);
    this.passport = new PassportBridge(authenticator);
  }

  /** Step 0, and the way through the others. Answers at once where no step has to wait. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const mode = this.accessModes.read(context);
    if (mode === 'public') return true;
    const exchange = exchangeOf(context);
    let token: string | undefined;
    try {
      token = this.credentials.read(exchange.request);
    } catch (error) {
      return this.refuse(error, exchange);
    }
    if (token !== undefined) return this.authenticate(token, context, exchange);
    if (mode === 'optional' && this.requirements.read(context).length === 0) return true;
    return this.refuse(new Refusal('auth_required', 'no bearer token in the request'), exchange);
  }

  private authenticate(
    token: string,
    context: ExecutionContext,
    exchange: Exchange,
  ): boolean | Promise<boolean> {
    try {
      const known = this.authenticator.recall(token);
      if (known) return this.admit(known, context, exchange);
      return this.judge(this.authenticator.select(token), context, exchange);
    } catch (error) {
      return this.refuse(error, exchange);
    }
  }

  /** Lets a caller in whose token was verified before; passport is not entered for it. */
  private admit(
    remembered: RememberedToken,
    context: ExecutionContext,
    exchange: Exchange,
  ): boolean | Promise<boolean> {
    const readmitted = this.authenticator.readmit(remembered);
    if (!(readmitted instanceof Promise)) return this.authorize(readmitted, context, exchange);
    return readmitted
      .then((identity) => this.authorize(identity, context, exchange))
      .catch((error: unknown) => this.refuse(error, exchange));
  }

  /** Passport is entered only with a token that is worth a signature check. */
  private async judge(
    selecting: Selection | Promise<Selection>,
    context: ExecutionContext,
    exchange: Exchange,
  ): Promise<boolean> {
    try {
      const selection = selecting instanceof Promise ? await selecting : selecting;
      const outcome = await this.passport.authenticate(selection);
      if (outcome instanceof Refusal) throw outcome;
      return this.authorize(outcome, context, exchange);
    } catch (error) {
      return this.refuse(error, exchange);
    }
  }

  /** @throws Error at once, or as a rejection where a transport's exceptions must be loaded. */
  private refuse(error: unknown, exchange: Exchange): Promise<never> {
    return endWith(this.responder.refuse(refusalOfError(error), exchange.response), exchange);
  }

  /**
   * The caller is known from here on; then step 9, what the route demands beyond a good token.
   *
   * @throws Refusal when the caller does not have it.
   */
  private authorize(identity: Identity, context: ExecutionContext, { holder }: Exchange): true {
    holder.user = identity;
    const requirements = this.requirements.read(context);
    if (requirements.length > 0)
      checkRequirements(requirements, identity, this.clock.now() / 1_000);
    return true;
  }
}
