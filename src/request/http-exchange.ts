import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';

/** What is read of a request; Express' and Fastify's both have it. */
export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  /** Header lines as they came (Express); Fastify has them on `raw`. */
  readonly rawHeaders?: readonly string[];
  readonly raw?: { readonly rawHeaders?: readonly string[] };
  readonly query?: unknown;
  readonly body?: unknown;
  /** Where the identity is put; the property every passport user knows. */
  user?: unknown;
}

/** A request and its response. */
export interface HttpExchange {
  readonly request: HttpRequest;
  readonly response: unknown;
}

/**
 * The HTTP request and response of a guarded call.
 *
 * @throws Error for any other kind of call: what cannot be judged is not let through.
 */
export function httpExchangeOf(context: ExecutionContext): HttpExchange {
  const type = context.getType<string>();
  if (type !== 'http')
    throw new Error(
      `JwtAuthGuard reads tokens from HTTP requests and was reached by a call of type "${type}", ` +
        'which it refuses. Verify the token there with AccessTokenVerifier.',
    );
  const http = context.switchToHttp();
  return { request: http.getRequest<HttpRequest>(), response: http.getResponse<unknown>() };
}
