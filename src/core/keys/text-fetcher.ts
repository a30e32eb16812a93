import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { HttpResponse } from '../../config/http-config.js';
import type { ResolvedHttpConfig } from '../../config/resolved-issuer.js';
import { utf8Text } from '../jose/utf8-text.js';
import type { Deadline } from '../util/clock.js';
import type { PrivateAddressCheck } from './private-address-check.js';
import { bound, moreThan, type ReachedResponse } from './http-client.js';
import { requestHeaders } from './request-headers.js';
import { sendRequest } from './send-request.js';

/** One text, and the response it came with. */
export interface FetchedText {
  readonly text: string;
  readonly response: Pick<ReachedResponse, 'headers' | 'reached' | 'isProxied'>;
}

/** A server answered with a status other than 200. */
export class UnexpectedStatus extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** How many redirects are followed for one document. */
const MAX_REDIRECTS = 3;

/**
 * Fetches one text over HTTP, within the size limit of the issuer's `http` options and until the
 * deadline. Follows redirects within the origin only: keys come from where the configuration says.
 *
 * @throws Error in every other case; its message names the address without its query, never the body, and its
 * cause is an {@link UnexpectedStatus} where the server answered with another status.
 */
export async function fetchText(
  url: string,
  http: ResolvedHttpConfig,
  deadline: Deadline,
  guard?: PrivateAddressCheck,
): Promise<FetchedText> {
  try {
    const response = await request(url, { http, deadline, guard });
    return { text: await readText(response, http.maxBytes), response };
  } catch (cause) {
    throw new Error(`${shownAddress(url)} cannot be read`, { cause });
  }
}

interface RequestTerms {
  readonly http: ResolvedHttpConfig;
  readonly deadline: Deadline;
  readonly guard: PrivateAddressCheck | undefined;
}

async function request(url: string, terms: RequestTerms, redirects = 0): Promise<ReachedResponse> {
  const { http, deadline, guard } = terms;
  const headers = await requestHeaders(url, http.headers);
  const response = await sendRequest(url, { headers, deadline }, http, guard);
  const next = redirects < MAX_REDIRECTS ? redirectWithinOrigin(url, response) : undefined;
  if (next === undefined) return response;
  await discard(response);
  return request(next, terms, redirects + 1);
}

async function readText(response: HttpResponse, maxBytes: number): Promise<string> {
  if (response.status !== 200) {
    await discard(response);
    throw new UnexpectedStatus(response.status);
  }
  return readBody(response, maxBytes);
}

/**
 * A body as text.
 *
 * @throws Error when it is too long, breaks off, or does not come as bytes.
 */
export async function readBody(response: HttpResponse, maxBytes: number): Promise<string> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await discard(response);
    throw new Error(moreThan(maxBytes));
  }
  const { body } = response;
  return body instanceof IncomingMessage && isUntouched(body)
    ? received(body, maxBytes)
    : iterated(body, maxBytes);
}

async function iterated(body: HttpResponse['body'], maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  const within = bound(maxBytes);
  // Leaving the loop cancels the body, and with it the transfer.
  for await (const chunk of body ?? []) chunks.push(within(chunk));
  return utf8Text(Buffer.concat(chunks));
}

/** Whether all events of a body are still to come, and its chunks are bytes: a `fetch` may have seen to it before. */
function isUntouched(body: IncomingMessage): boolean {
  return body.readable && body.readableEncoding === null;
}

/** The same by events: an iterator of a stream takes as long as all the rest of a short answer. */
function received(body: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    const within = bound(maxBytes);
    body.on('data', (chunk: Uint8Array) => {
      try {
        chunks.push(within(chunk));
      } catch (error) {
        reject(error as Error);
        body.destroy();
      }
    });
    body.once('end', () => resolve(utf8Text(Buffer.concat(chunks))));
    body.on('error', reject);
  });
}

/** An unread body would keep its connection busy. */
export async function discard({ body }: HttpResponse): Promise<void> {
  // The iterator of a stream ends nothing before it has begun.
  if (body instanceof Readable) body.on('error', () => {}).destroy();
  else await body?.[Symbol.asyncIterator]().return?.();
}

const MAX_SHOWN = 200;

/** An address without its query, which may hold secrets for the key server. */
export function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  const shown = origin + pathname;
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The address on the same origin that a response redirects to; `undefined` when it does not redirect, or
 * redirects to another origin: trust in an issuer does not extend to the servers it points to.
 */
function redirectWithinOrigin(url: string, { status, headers }: HttpResponse): string | undefined {
  const location = STATUSES.has(status) ? headers.get('location') : null;
  if (location === null || !URL.canParse(location, url)) return undefined;
  const { origin, pathname, search } = new URL(location, url);
  return origin === new URL(url).origin ? origin + pathname + search : undefined;
}
