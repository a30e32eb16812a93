import { AuthGuard } from '@nestjs/passport';
import type { ExecutionContext } from '@nestjs/common';
import type { Identity } from '../identity/identity.js';
import type { Verdict } from '../refusals/refusal.js';
import { JwtStrategy } from './passport-entry.js';
import { refusalOfError, refusalOfFailure } from './passport-outcome.js';
import { PassportRequest } from './passport-request.js';
import type { Selection, TokenAuthenticator } from '../jwt/token-authenticator.js';

/**
 * The strategy as an inherited member, made anew for each request: passport writes its outcome
 * functions onto it. @nestjs/passport copies the own members of its options twice for each request.
 */
class BridgeOptions {
  readonly #authenticator: TokenAuthenticator;

  constructor(authenticator: TokenAuthenticator) {
    this.#authenticator = authenticator;
  }

  get defaultStrategy(): JwtStrategy {
    return new JwtStrategy(this.#authenticator);
  }
}

/**
 * \@nestjs/passport's guard around the strategy. Made by hand: a guard that Nest creates has its
 * options replaced when the application imports `PassportModule.register(…)`.
 *
 * V8 makes the functions that passport sets on a strategy in its old space, where they outlive many
 * requests and keep alive whatever can be reached from them. So passport is shown neither request nor
 * response, and what it is shown forgets the token as soon as it can.
 */
export class PassportBridge extends AuthGuard() {
  constructor(authenticator: TokenAuthenticator) {
    super(new BridgeOptions(authenticator));
  }

  /**
   * Who is calling, or why nobody is. Given back and not thrown: a refusal thrown in here would reject
   * one promise after the other, each of which costs as much as a small step.
   */
  async authenticate(selection: Selection): Promise<Verdict<Identity>> {
    const request = new PassportRequest(selection);
    await this.canActivate(contextOf(request));
    return request.takeOutcome();
  }

  override getRequest(context: ExecutionContext): PassportRequest {
    return requestOf(context);
  }

  /** Passport would only redirect with it. */
  getResponse(): undefined {
    return undefined;
  }

  /** Notes by which door the strategy left. */
  override handleRequest<TUser = unknown>(
    error: unknown,
    identity: unknown,
    info: unknown,
    context: ExecutionContext,
  ): TUser {
    const request = requestOf(context);
    if (error) request.conclude(refusalOfError(error));
    else request.conclude(identity ? (identity as Identity) : refusalOfFailure(info));
    return undefined as TUser;
  }
}

/** \@nestjs/passport hands the context on to the members above and looks into it nowhere else. */
const contextOf = (request: PassportRequest): ExecutionContext => request as never;
const requestOf = (context: ExecutionContext): PassportRequest => context as never;
