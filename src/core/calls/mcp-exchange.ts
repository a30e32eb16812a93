import type { ExecutionContext } from '@nestjs/common';
import type { AnyRefusalException } from '../refusals/exception-of.js';
import type { CredentialsRequest, Exchange } from './exchange.js';
import { type McpContext, requestOfMcp } from './mcp-context.js';

/** A tool's arguments are the model's words: no token is looked for there. */
const NO_REQUEST: CredentialsRequest = { headers: {} };

/**
 * A call of a tool, a resource or a prompt of MCP-Nest. Its caller is that of the HTTP request which brought
 * it: whom a guard of the endpoint has let in is there already, and its token counts for a guard of
 * the tool. Without a request, what a guard of the application puts on the context as `user` counts.
 *
 * The response is the SDK's, which has begun it: a refusal is an error that MCP-Nest words.
 */
export function mcpExchangeOf(host: ExecutionContext, context: McpContext): Exchange {
  const request = requestOfMcp(context);
  return {
    request: request ?? NO_REQUEST,
    response: undefined,
    holder: request ?? context,
    translate: (exception) => translate(exception, host.getArgs()),
  };
}

async function translate(exception: AnyRefusalException, args: unknown[]): Promise<Error> {
  const { rpcExceptionOf } = await import('../on-demand/microservices/rpc-exception-of.js');
  return rpcExceptionOf(exception, args);
}
