import type { CredentialsRequest, IdentityHolder } from './exchange.js';

/** What MCP-Nest (`@rekog/mcp-nest`) hands to a tool, a resource or a prompt beside its arguments. */
export interface McpContext extends IdentityHolder {
  /** Node's request, also on Fastify; `undefined` where the call did not come over HTTP. */
  getRawRequest(): unknown;
  getSession(): unknown;
}

/** The context among the arguments of a call, by its form: the package need not be loaded for it. */
export function mcpContextAmong(args: readonly unknown[]): McpContext | undefined {
  const [, context] = args;
  if (typeof context !== 'object' || context === null) return undefined;
  const { getRawRequest, getSession } = context as Partial<McpContext>;
  const isMcp = typeof getRawRequest === 'function' && typeof getSession === 'function';
  return isMcp ? (context as McpContext) : undefined;
}

/** The request that brought a call; `undefined` where none did (standard input). */
export function requestOfMcp(context: McpContext): CredentialsRequest | undefined {
  const request = context.getRawRequest();
  const { headers } = Object(request) as { readonly headers?: unknown };
  return typeof headers === 'object' && headers !== null
    ? (request as CredentialsRequest)
    : undefined;
}
