import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { Clock } from '../util/clock.js';
import { TOKENS } from '../util/di-tokens.js';
import { type Identity, isIdentity } from '../identity/identity.js';
import type { RefusalResponder } from '../refusals/refusal-responder.js';
import type { CredentialsReader } from '../calls/credentials-reader.js';
import type { AuthenticationScheme, Credentials, CredentialsRequest } from '../calls/exchange.js';
import { type FetchRequest, presentedRequest } from '../calls/presented-request.js';
import type { RevocationList } from '../revocation/revocation-list.js';
import { Refusal, refusalOfError } from '../refusals/refusal.js';
import type { AccessTokenAuthenticator } from './access-token-authenticator.js';

/**
 * Verifies an access token that did not come with an HTTP request: from a WebSocket handshake, a message, a
 * queue. The checks are the guard's own, without the request.
 *
 * @example
 * ```ts
 * async function callerOfJob(app: INestApplicationContext, token: string): Promise<string> {
 *   const identity = await app.get(AccessTokenVerifier).verify(token);
 *   return identity.subject;
 * }
 * ```
 */
@Injectable()
export class AccessTokenVerifier {
  /** @internal Made by Nest. */
  constructor(
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
    @Inject(TOKENS.credentialsReader) private readonly credentials: CredentialsReader,
    @Inject(TOKENS.authenticator) private readonly authenticator: AccessTokenAuthenticator,
    @Inject(TOKENS.refusalResponder) private readonly responder: RefusalResponder,
    /** @internal For code that keeps connections open that it admitted. */
    @Inject(TOKENS.clock) readonly clock: Clock,
    /** @internal For the same. */
    @Inject(TOKENS.revocationList) readonly revocations?: RevocationList,
  ) {}

  /**
   * @param token the token alone, without `Bearer`. One that is bound to a key or a certificate is refused:
   * without a request nothing proves whose it is. Use {@link verifyRequest} for those.
   * @returns who is calling.
   * @throws UnauthorizedException one of this module's; `auth_required` for an empty token
   * @throws KeysUnavailableException when the token could not be checked
   */
  verify(token: string): Promise<Identity> {
    return this.authenticate(() => {
      if (token === '') throw new Refusal('auth_required', 'credentials', 'an empty token');
      if (typeof token !== 'string' || token.length > this.config.maxTokenBytes)
        throw new Refusal(
          'token_malformed',
          'credentials',
          'not a string, or longer than maxTokenBytes',
        );
      return { token, scheme: 'Bearer', isInAuthorization: false, request: undefined };
    });
  }

  /**
   * The same for the token of a request that no guard sees, such as one that becomes a WebSocket.
   *
   * @param request searched as the configured `tokenSources` say: a request of Node, Express, Fastify or
   * Fetch (whose body is not read), or an object with headers, whose names may have capitals.
   * @returns who is calling. Put by a middleware on the request it was given, as `user`, it is found by
   * `@CurrentIdentity()` and {@link callerOf}, on Fastify too; a guard that checks the request replaces it.
   * @throws UnauthorizedException one of this module's; `auth_required` for a request without a token
   * @throws InvalidRequestException when the request carries more than one token
   * @throws KeysUnavailableException when the token could not be checked
   * @throws TypeError for an argument that is not a request
   */
  async verifyRequest(request: CredentialsRequest | FetchRequest): Promise<Identity> {
    const presented = presentedRequest(request);
    const scheme = this.credentials.schemeOf(presented);
    return this.authenticate(() => {
      const credentials = this.credentials.read(presented);
      if (credentials === undefined) throw this.credentials.missing(presented);
      return credentials;
    }, scheme);
  }

  private async authenticate(
    readCredentials: () => Credentials,
    scheme: AuthenticationScheme = 'Bearer',
  ): Promise<Identity> {
    try {
      const verdict = await this.authenticator.authenticate(readCredentials());
      if (isIdentity(verdict)) return verdict;
      throw verdict;
    } catch (error) {
      throw this.responder.exceptionOf(refusalOfError(error).under(scheme));
    }
  }
}
