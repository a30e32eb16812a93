import type { CredentialsRequest } from './exchange.js';
import { rawOf } from './request-user.js';

/** What a request says first. */
export interface RequestLine {
  readonly method: string;
  /** As it came, in any of its forms (RFC 9112 section 3.2). */
  readonly target: string;
}

interface LineHolder {
  readonly method?: unknown;
  /** What method-override and its like have replaced. */
  readonly originalMethod?: unknown;
  readonly url?: unknown;
  /** Of Express, and of Fastify where `rewriteUrl` or a middleware has replaced it. */
  readonly originalUrl?: unknown;
}

/** The request line as it came; `undefined` for a call that has none, such as a message. */
export function requestLineOf(request: CredentialsRequest): RequestLine | undefined {
  const line = requestOf(request) as LineHolder;
  const method = line.originalMethod ?? line.method;
  const target = line.originalUrl ?? line.url;
  return typeof method === 'string' && typeof target === 'string' ? { method, target } : undefined;
}

/** Node's own request, where another object wraps it, so that all code finds the same one. */
export function requestOf(request: CredentialsRequest): object {
  return request.http ?? rawOf(request);
}
