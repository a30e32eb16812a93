import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialsRequest } from './exchange.js';
import { requestOf } from './request-line.js';

/** What is read of a Fetch `Request`: its address, and its headers. */
export interface FetchRequest {
  readonly url: string;
  readonly headers: { forEach(take: (value: string, name: string) => void): void };
}

const WRONG =
  'verifyRequest() takes a request: an object with headers, such as that of Node, Express, Fastify or ' +
  'Fetch, or { headers: { authorization } }. Of a socket.io Socket give its handshake; give a token alone to verify().';

/**
 * A request of any form as credentials are read from it, with the names of its headers in lower case.
 *
 * @throws TypeError for what is no request.
 */
export function presentedRequest(request: unknown): CredentialsRequest {
  const { headers } = Object(request) as { readonly headers?: unknown };
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw new TypeError(WRONG);
  if (isFetchHeaders(headers)) {
    const { url } = request as FetchRequest;
    return {
      headers: lowered(headers),
      url: String(url ?? '').replace(/#.*$/s, ''),
      http: request as object,
    };
  }
  if (!Object.keys(headers).some((name) => name !== name.toLowerCase()))
    return request as CredentialsRequest;
  const entries = Object.entries(headers);
  const value = lowered({
    forEach: (take) => {
      for (const [name, one] of entries) take(one as string, name);
    },
  });
  const { http = requestOf(request as CredentialsRequest) } = request as CredentialsRequest;
  return Object.create(request as object, {
    headers: { value },
    http: { value: http },
  }) as CredentialsRequest;
}

function isFetchHeaders(headers: object): headers is FetchRequest['headers'] {
  return typeof (headers as Partial<FetchRequest['headers']>).forEach === 'function';
}

/** A name that comes in two spellings came twice: its values are a list. */
function lowered(headers: FetchRequest['headers']): IncomingHttpHeaders {
  const known = new Map<string, unknown>();
  headers.forEach((value, name) => {
    const key = name.toLowerCase();
    if (value !== undefined)
      known.set(key, known.has(key) ? [known.get(key), value].flat() : value);
  });
  return Object.fromEntries(known) as IncomingHttpHeaders;
}
