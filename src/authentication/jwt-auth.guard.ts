import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { checkRequirements } from '../authorization/check-requirements.js';
import { requirementsOf } from '../authorization/route-requirements.js';
import type { Clock } from '../clock.js';
import { TOKENS } from '../di-tokens.js';
import type { Identity } from '../identity/identity.js';
import { Refusal } from '../refusals/refusal.js';
import type { RefusalResponder } from '../refusals/refusal.responder.js';
import type { BearerCredentialsReader } from '../request/bearer-credentials.reader.js';
import { httpExchangeOf } from '../request/http-exchange.js';
import { ACCESS_MODE_KEY, type AccessMode } from '../access-mode.js';
import { JwtStrategy } from './jwt.strategy.js';
import { PassportBridge } from './passport.bridge.js';
import { refusalOfError } from './passport-outcome.js';
import type { TokenAuthenticator } from './token.authenticator.js';

/**
 * Lets a request in when it carries an access token of a trusted issuer, and puts the caller's
 * {@link Identity} on `request.user`. Routes marked {@link Public} or {@link OptionalAuth} are
 * treated as those say; every other route is protected.
 *
 * Use it as `@UseGuards(JwtAuthGuard)`, or everywhere with `guardEveryRoute: true`.
 *
 * @throws UnauthorizedException one of this module's, with the documented body
 * @throws InsufficientScopeException (403) when the caller lacks what {@link RequireScopes} and the like demand
 * @throws InvalidRequestException (400) when the request carries more than one token
 * @throws KeysUnavailableException (503) when the token could not be judged
 * @throws Error when it guards something that is not an HTTP route: what it can't judge it refuses
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TOKENS.credentialsReader) private readonly credentials: BearerCredentialsReader,
    @Inject(TOKENS.authenticator) private readonly authenticator: TokenAuthenticator,
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  /** Step 0, and the way through the others. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const mode = this.accessModeOf(context);
    if (mode === 'public') return true;
    const { request, response } = httpExchangeOf(context);
    try {
      const token = this.credentials.read(request);
      const requirements = requirementsOf(this.reflector, context);
      if (token !== undefined) {
        await this.authenticate(token, context);
        checkRequirements(requirements, request.user as Identity, this.clock.now() / 1_000);
        return true;
      }
      if (mode === 'optional' && requirements.length === 0) return true;
      throw new Refusal('auth_required', 'no bearer token in the request');
    } catch (error) {
      throw this.responder.refuse(refusalOfError(error), response);
    }
  }

  private async authenticate(token: string, context: ExecutionContext): Promise<boolean> {
    const bridge = new PassportBridge(new JwtStrategy(this.authenticator, token));
    return (await bridge.canActivate(context)) as boolean;
  }

  private accessModeOf(context: ExecutionContext): AccessMode {
    const targets = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<AccessMode>(ACCESS_MODE_KEY, targets) ?? 'protected';
  }
}
