import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  Optional,
} from '@nestjs/common';
import { AuthConfigurationError } from '../../config/configuration-error.js';
import { TOKENS } from '../util/di-tokens.js';
import type { RequestAuthenticator } from './request-authenticator.js';

const NOT_INJECTED =
  'nothing was injected into this guard, so it refuses every call. If it was made with new: Write app.get(JwtAuthGuard) in its place, @UseGuards(JwtAuthGuard), or guardEveryRoute: true. ' +
  'If it, or something injected into it, has the scope REQUEST or TRANSIENT: NestJS does not make such a guard for every call (not for messages of gateways on Nest 11). Give them the default scope.';

const OUT_OF_REACH =
  'is out of reach of JwtAuthGuard. Write AuthModule.forRoot({ issuers: […] }) in the imports of the root module. ' +
  'With isGlobal: false each module that guards routes must import what forRoot gave, from a constant, or a module that exports AuthModule.';

/**
 * Admits a request with an access token of a trusted issuer, and puts the caller's {@link Identity} on
 * `request.user`. Resolvers of GraphQL are routes to it. {@link Public} and {@link OptionalAuth} open a route;
 * every other route is protected.
 *
 * Use it as `@UseGuards(JwtAuthGuard)`, or everywhere with `guardEveryRoute: true`. It checks messages of
 * WebSocket gateways and microservices in the same way; there a refusal is a `WsException` or `RpcException`
 * with the documented body as its error and the exception named below as its `cause`.
 *
 * A class that extends it may have a constructor of its own, which calls `super()`; the caller is on the
 * request once `super.canActivate(context)` has answered.
 *
 * @example
 * ```ts
 * class NotesController {@UseGuards(JwtAuthGuard)@Get('notes')
 *   list(@CurrentIdentity() caller: Identity): string {
 *     return `Notes of ${caller.subject}`;
 *   }
 * }
 * ```
 *
 * @throws UnauthorizedException one of this module's, with the documented body
 * @throws InsufficientScopeException (403) when the caller lacks what {@link RequireScopes} or another demand
 * asks for
 * @throws InvalidRequestException (400) when the request has more than one token
 * @throws KeysUnavailableException (503) when the token could not be checked
 * @throws Error when it is called for a kind of call that it does not know: it refuses what it can't check
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  /**
   * Not a parameter of the constructor: a class that extends the guard has its own. Optional, because Nest’s
   * error for a missing one names a symbol and no remedy.
   */
  @Optional()
  @Inject(TOKENS.requestAuthenticator)
  private readonly requestAuthenticator?: RequestAuthenticator;

  /**
   * @internal Called by Nest at start.
   * @throws AuthConfigurationError where the module is not imported, so that the application does not start.
   */
  onModuleInit(): void {
    if (this.requestAuthenticator === undefined)
      throw new AuthConfigurationError([{ path: 'AuthModule', message: OUT_OF_REACH }]);
  }

  /**
   * Always a promise, so that compilers and linters see a forgotten `await`. It is settled already for a
   * remembered token. It rejects with every refusal; one that no code waits for is the answer of the call
   * all the same.
   */
  canActivate(context: ExecutionContext): Promise<boolean> {
    // Nest 11 injects an object that no constructor has made into a guard of scope REQUEST on a gateway.
    if (this.requestAuthenticator?.calls === undefined)
      return Promise.reject(new Error(`${this.constructor.name}: ${NOT_INJECTED}`));
    return this.requestAuthenticator.authenticate(context);
  }
}
