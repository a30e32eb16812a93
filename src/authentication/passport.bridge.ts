import { AuthGuard } from '@nestjs/passport';
import type { ExecutionContext } from '@nestjs/common';
import type { Identity } from '../identity/identity.js';
import type { Refusal } from '../refusals/refusal.js';
import type { JwtStrategy } from './jwt.strategy.js';
import { refusalOfError, refusalOfFailure } from './passport-outcome.js';

/**
 * What passport takes for the request. Not the application's own: passport writes nine members on a
 * request, which then would have them when a token is verified and not when it is remembered; and to
 * Express' requests each new member is dear. The members stand here so that writing them is cheap.
 */
class PassportRequest {
  login: unknown = undefined;
  logIn: unknown = undefined;
  logout: unknown = undefined;
  logOut: unknown = undefined;
  isAuthenticated: unknown = undefined;
  isUnauthenticated: unknown = undefined;
  _sessionManager: unknown = undefined;
  authInfo: unknown = undefined;
  user: unknown = undefined;
}

/**
 * The strategy as an inherited member: @nestjs/passport copies the own members of its options twice for
 * each request, and needs but this one.
 */
class BridgeOptions {
  readonly #strategy: JwtStrategy;

  constructor(strategy: JwtStrategy) {
    this.#strategy = strategy;
  }

  get defaultStrategy(): JwtStrategy {
    return this.#strategy;
  }
}

/**
 * \@nestjs/passport's guard around the strategy of one request. Made by hand: a guard that Nest
 * creates has its options replaced when the application imports `PassportModule.register(…)`.
 */
export class PassportBridge extends AuthGuard() {
  private readonly request = new PassportRequest();
  private outcome: Identity | Refusal | undefined;

  constructor(strategy: JwtStrategy) {
    super(new BridgeOptions(strategy));
  }

  /**
   * Who is calling, or why nobody is. Given back and not thrown: a refusal thrown in here would reject
   * one promise after the other, each of which costs as much as a small step.
   */
  async authenticate(context: ExecutionContext): Promise<Identity | Refusal> {
    await this.canActivate(context);
    return this.outcome ?? refusalOfError(new Error('passport did not answer'));
  }

  override getRequest(): PassportRequest {
    return this.request;
  }

  /** Notes by which door the strategy left. */
  override handleRequest<TUser = unknown>(error: unknown, identity: unknown, info: unknown): TUser {
    if (error) this.outcome = refusalOfError(error);
    else this.outcome = identity ? (identity as Identity) : refusalOfFailure(info);
    return undefined as TUser;
  }
}
