/** What tells errors of the MCP TypeScript SDK from version 2 on, also those of another copy of it. */
const BRANDS = Symbol.for('mcp.sdk.errorBrands');
const OAUTH_ERROR: ReadonlySet<string> = new Set(['mcp.OAuthError']);

/** An `OAuthError` of the MCP TypeScript SDK with the code `invalid_token`, without the SDK. */
export class InvalidTokenError extends Error {
  override readonly name = 'OAuthError';
  readonly code = 'invalid_token';

  constructor(message: string) {
    super(message);
    Object.defineProperty(this, BRANDS, { value: OAUTH_ERROR });
  }

  /** The body of the SDK's answer (RFC 6750 section 3.1). */
  toResponseObject(): { readonly error: string; readonly error_description: string } {
    return { error: this.code, error_description: this.message };
  }
}
