import type { AccessTokenVerifier } from '../core/guard/access-token-verifier.js';
import { isRefusalException } from '../core/refusals/exception-of.js';
import { authInfoOf, type McpAuthInfo } from './auth-info-of.js';
import { InvalidTokenError } from './invalid-token-error.js';

/** `OAuthTokenVerifier` of the MCP TypeScript SDK, versions 1 and 2. */
export interface McpTokenVerifier {
  verifyAccessToken(token: string): Promise<McpAuthInfo>;
}

/** `InvalidTokenError` of the SDK's version 1, which tells its errors by their class. */
export type SdkErrorClass = new (message: string) => Error;

/**
 * Verifies tokens for the SDK's own `requireBearerAuth`, where that guards an MCP endpoint in place of
 * `JwtAuthGuard`: `requireBearerAuth({ verifier: mcpTokenVerifier(app.get(AccessTokenVerifier)) })`.
 *
 * A refused token is an error that the SDK answers with 401 `invalid_token`; its message is the refusal's
 * (`Access token expired`), its `cause` the exception. Leave out `expectedResource`: the audience is
 * checked here, against the configuration.
 *
 * @param verifier of the application.
 * @param errorClass for version 1 of the SDK: its `InvalidTokenError`, from
 * `@modelcontextprotocol/sdk/server/auth/errors.js`. Without it version 1 answers 500 in place of 401.
 * Default: an error that version 2 takes for its own `OAuthError`.
 * @throws KeysUnavailableException as a rejection, when a token could not be checked. The SDK answers
 * 500, since it has no 503.
 */
export function mcpTokenVerifier(
  verifier: Pick<AccessTokenVerifier, 'verify'>,
  errorClass: SdkErrorClass = InvalidTokenError,
): McpTokenVerifier {
  return {
    verifyAccessToken: async (token) => {
      try {
        return authInfoOf(await verifier.verify(token), token);
      } catch (error) {
        if (!isRefusalException(error) || error.getStatus() !== 401) throw error;
        throw Object.defineProperty(new errorClass(error.message), 'cause', { value: error });
      }
    },
  };
}
