import type { HttpResponse } from '../config/http-config.js';
import type { ResolvedHttpConfig } from '../config/resolved-config.js';

/**
 * Kubernetes answers 406 to a bare `application/json`; others serve only that. Metadata and key sets
 * are asked for alike.
 */
const ACCEPT = 'application/json, application/jwk-set+json;q=0.9, */*;q=0.1';

/**
 * One JSON document over HTTP, within the deadline and size the issuer's `http` options set.
 * Redirects are not followed: keys come from where the configuration says.
 *
 * @throws Error in every other case; its message names the address, never the body.
 */
export async function fetchJson(
  url: string,
  http: ResolvedHttpConfig,
  signal: AbortSignal,
): Promise<unknown> {
  const headers = typeof http.headers === 'function' ? await http.headers() : http.headers;
  const response = await (http.fetch ?? fetch)(url, {
    method: 'GET',
    headers: { accept: ACCEPT, ...headers },
    redirect: 'manual',
    signal,
  });
  if (response.status !== 200) {
    await discard(response);
    throw new Error(`${url} answered with status ${response.status}`);
  }
  const text = await readText(response, http.maxBytes, url);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${url} did not answer with JSON`);
  }
}

async function readText(response: HttpResponse, maxBytes: number, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, and with it the transfer.
    if (size > maxBytes) throw new Error(`${url} answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An unread body would keep its connection busy. */
async function discard({ body }: HttpResponse): Promise<void> {
  await body?.[Symbol.asyncIterator]().return?.();
}
