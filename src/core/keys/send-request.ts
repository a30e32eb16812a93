import type { ResolvedHttpConfig } from '../../config/resolved-issuer.js';
import type { Deadline } from '../util/clock.js';
import { type Connections, type ReachedResponse, requestOnce } from './http-client.js';
import type { PrivateAddressCheck } from './private-address-check.js';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly deadline: Deadline;
  /** Absent: a `GET`; else a `POST`. */
  readonly body?: string;
  readonly connections?: Connections;
}

/** Makes one request, by the `fetch` of the issuer's `http` options where there is one. Follows no redirects. */
export function sendRequest(
  url: string,
  request: Request,
  http: ResolvedHttpConfig,
  guard: PrivateAddressCheck | undefined,
): Promise<ReachedResponse> {
  if (http.fetch === undefined)
    return requestOnce(url, { ...request, maxBytes: http.maxBytes }, guard);
  const { headers, deadline, body } = request;
  const sent = body === undefined ? { method: 'GET' as const } : { method: 'POST' as const, body };
  const { signal } = deadline;
  return http.fetch(url, { ...sent, headers, redirect: 'manual', signal });
}
