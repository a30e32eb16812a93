import type { HttpResponse } from '../config/http-config.js';
import type { ResolvedHttpConfig } from '../config/resolved-config.js';
import { utf8Text } from '../config/utf8-text.js';
import type { AddressGuard } from './address.guard.js';
import { capped, moreThan } from './capped-body.js';
import { type ReachedResponse, requestOnce } from './http.client.js';
import { requestHeaders } from './request-headers.js';

/** One JSON document, and how it came. */
export interface FetchedJson {
  readonly json: unknown;
  readonly response: Pick<ReachedResponse, 'headers' | 'reached'>;
}

/** Gets one JSON document, or rejects. */
export type GetJson = (url: string, guard?: AddressGuard) => Promise<FetchedJson>;

/**
 * One JSON document over HTTP, within the size the issuer's `http` options set and until the signal
 * says that time is up. Redirects are not followed: keys come from where the configuration says.
 *
 * @throws Error in every other case; its message names the address without its query, never the body.
 */
export async function fetchJson(
  url: string,
  http: ResolvedHttpConfig,
  signal: AbortSignal,
  guard?: AddressGuard,
): Promise<FetchedJson> {
  const name = shownAddress(url);
  const headers = await requestHeaders(url, http.headers);
  let response: ReachedResponse;
  let text: string;
  try {
    response = http.fetch
      ? await http.fetch(url, { method: 'GET', headers, redirect: 'manual', signal })
      : await requestOnce(url, { headers, signal, maxBytes: http.maxBytes }, guard);
    text = await readText(response, http.maxBytes);
  } catch (cause) {
    throw new Error(`${name} cannot be read`, { cause });
  }
  try {
    return { json: JSON.parse(text), response };
  } catch {
    throw new Error(`${name} did not answer with JSON`);
  }
}

async function readText(response: HttpResponse, maxBytes: number): Promise<string> {
  if (response.status !== 200) {
    await discard(response);
    throw new Error(`status ${response.status}`);
  }
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await discard(response);
    throw new Error(moreThan(maxBytes));
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of capped(response.body ?? [], maxBytes)) chunks.push(chunk);
  return utf8Text(Buffer.concat(chunks));
}

/** An unread body would keep its connection busy. */
async function discard({ body }: HttpResponse): Promise<void> {
  await body?.[Symbol.asyncIterator]().return?.();
}

/** Without the query, which may hold what only the key server should see. */
function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
