export { authInfoOf } from './auth-info-of.js';
export type { McpAuthInfo } from './auth-info-of.js';
export { mcpTokenVerifier } from './mcp-token-verifier.js';
export type { McpTokenVerifier, SdkErrorClass } from './mcp-token-verifier.js';
