import type { Type } from '@nestjs/common';
import { injectedInto } from '../../enforcement/guards-on-paper.js';
import { prototypesOf } from '../../authorization/said-of-members.js';
import { mcpPatternOf } from '../../enforcement/handler-kinds.js';
import type { FoundHandler } from './handler-finder.js';

/** What MCP-Nest makes of a transport for a controller to extend: `McpHttpControllerFor(transport)`. */
const BOUND = 'BoundMcpHttpController';
/** What its other base class is given. */
const HANDLER = 'MCP_HTTP_HANDLER';

/**
 * Whether tools, resources and prompts of MCP-Nest are reached through guarded routes alone, as far as can be seen:
 * there are controllers for them, each of them guarded. A server that mounts itself has none, and
 * no guard before it.
 */
export function areMcpEndpointsGuarded(
  handlers: readonly FoundHandler[],
  isGuarded: (found: FoundHandler) => boolean,
): boolean {
  const endpoints = handlers.filter(
    ({ kind, controller }) => kind === 'http' && isMcpEndpoint(controller),
  );
  return endpoints.length > 0 && endpoints.every(isGuarded);
}

/** Whether a handler is reached by MCP alone. */
export function isMcpHandler({ kind, handler }: FoundHandler): boolean {
  return kind === 'rpc' && handler !== undefined && mcpPatternOf(handler) !== undefined;
}

function isMcpEndpoint(controller: Type): boolean {
  const isBound = prototypesOf(controller).some(({ constructor }) => constructor.name === BOUND);
  return (
    isBound ||
    injectedInto(controller).some(
      (token) => typeof token === 'symbol' && token.description === HANDLER,
    )
  );
}
