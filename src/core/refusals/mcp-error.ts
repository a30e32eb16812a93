import type { RefusalBody } from './refusal-presentation.js';

/** What a server of MCP says of an error: a JSON-RPC error, or its message as the result of a tool. */
export interface McpError {
  readonly code: number;
  readonly message: string;
  readonly data: RefusalBody;
}

/** Of JSON-RPC 2.0 section 5.1. */
const INVALID_REQUEST = -32_600;
const INTERNAL_ERROR = -32_603;

/** @param scope the scopes that are needed: a tool's result has no place for them but its text. */
export function mcpErrorOf(body: RefusalBody, scope: string | undefined): McpError {
  return {
    code: body.status === 503 ? INTERNAL_ERROR : INVALID_REQUEST,
    message: scope === undefined ? body.message : `${body.message}. Needed: ${scope}`,
    data: body,
  };
}
