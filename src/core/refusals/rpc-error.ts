import type { PresentedRefusal, RefusalBody } from './refusal-presentation.js';
import { mcpContextAmong } from '../calls/mcp-context.js';

/** The statuses of gRPC that say what our HTTP statuses say. */
const GRPC_STATUS: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  503: 14, // UNAVAILABLE
};

/** The longest wait that a client of gRPC reads: an int32. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** What is used of gRPC's `Metadata`. */
interface GrpcMetadata {
  readonly constructor: Function;
  getMap(): unknown;
  set(name: string, value: string): void;
}

/** What a gRPC server sends of an error: status, text, and trailers. */
interface GrpcError {
  readonly code: number | undefined;
  readonly message: string;
  readonly metadata: GrpcMetadata;
}

/**
 * The refusal as a message's sender gets it: the documented body. gRPC has no place for a body, so it gets
 * the equivalent status, with body and challenge as trailers. A wait is sent as gRPC's own trailer for it
 * (gRFC A6, "pushback"), which the retries of its clients respect.
 *
 * A tool of MCP-Nest is called like a message handler; see {@link mcpErrorOf}.
 *
 * @param args what the handler is called with.
 */
export function rpcErrorOf(
  {
    body,
    challenge,
    retryAfterSeconds,
    scope,
  }: PresentedRefusal & {
    readonly retryAfterSeconds?: number | undefined;
    /** The scopes that are needed, as the challenge has them. */
    readonly scope?: string | undefined;
  },
  args: readonly unknown[],
): RefusalBody | GrpcError | McpError {
  if (mcpContextAmong(args) !== undefined) return mcpErrorOf(body, scope);
  const metadata = args[1];
  if (!isGrpcMetadata(metadata)) return body;
  // Made by the class of what came, which is loaded where there is gRPC.
  const trailers = new (metadata.constructor as new () => GrpcMetadata)();
  trailers.set('refusal', asciiJson(body));
  if (challenge !== undefined) trailers.set('www-authenticate', challenge);
  if (retryAfterSeconds !== undefined)
    trailers.set(
      'grpc-retry-pushback-ms',
      String(Math.min(retryAfterSeconds * 1_000, LONGEST_WAIT_MS)),
    );
  return { code: GRPC_STATUS[body.status], message: body.message, metadata: trailers };
}

function isGrpcMetadata(value: unknown): value is GrpcMetadata {
  return typeof (value as Partial<GrpcMetadata> | undefined)?.getMap === 'function';
}

/** Trailers are ASCII, and a message of the application need not be. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

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
function mcpErrorOf(body: RefusalBody, scope: string | undefined): McpError {
  return {
    code: body.status === 503 ? INTERNAL_ERROR : INVALID_REQUEST,
    message: scope === undefined ? body.message : `${body.message}. Needed: ${scope}`,
    data: body,
  };
}
