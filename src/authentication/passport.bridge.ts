import { AuthGuard } from '@nestjs/passport';
import type { Identity } from '../identity/identity.js';
import type { CredentialsRequest, Exchange } from '../request/exchange.js';
import type { JwtStrategy } from './jwt.strategy.js';
import { refusalOfError, refusalOfFailure } from './passport-outcome.js';

/**
 * \@nestjs/passport's guard around the strategy of one request. Made by hand: a guard that Nest
 * creates has its options replaced when the application imports `PassportModule.register(…)`.
 */
export class PassportBridge extends AuthGuard() {
  constructor(
    strategy: JwtStrategy,
    private readonly exchange: Exchange,
  ) {
    super({ defaultStrategy: strategy, property: 'user', session: false });
  }

  override getRequest(): CredentialsRequest {
    return this.exchange.request;
  }

  getResponse(): unknown {
    return this.exchange.response;
  }

  /** @throws Refusal for whichever door the strategy left by. */
  override handleRequest<TUser = Identity>(
    error: unknown,
    identity: unknown,
    info: unknown,
  ): TUser {
    if (error) throw refusalOfError(error);
    if (!identity) throw refusalOfFailure(info);
    return identity as TUser;
  }
}
