import type { HttpConfig } from '../../config/http-config.js';
import { isLiteral } from '../../config/value-kinds.js';

/**
 * Kubernetes answers 406 to a bare `application/json`; other servers serve only that. Metadata and key sets
 * are requested with the same value.
 */
const ACCEPT = 'application/json, application/jwk-set+json;q=0.9, */*;q=0.1';

/** What `fetch` can send: Latin-1 without control characters, so no second header can hide in it. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The headers of one request; a `headers` function is called for each. A value that was read from a file
 * often ends with a line break; it is trimmed as `fetch` would do.
 *
 * @throws Error that does not quote the values, as the error of an HTTP client would.
 */
export async function requestHeaders(
  url: string,
  configured: HttpConfig['headers'],
): Promise<Record<string, string>> {
  const given: unknown =
    (typeof configured === 'function' ? await headersFor(url, configured) : configured) ?? {};
  // The contents of a `Headers` or a `Map` are not members, and would be ignored.
  if (!isLiteral(given))
    throw new Error('http.headers did not return a plain object of names and values');
  const headers: Record<string, string> = { accept: ACCEPT };
  for (const [name, value] of Object.entries(given)) {
    const text = typeof value === 'string' ? value.trim() : undefined;
    if (text === undefined || !HEADER_VALUE.test(text))
      throw new Error('http.headers returned a value that is not allowed in a header');
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

async function headersFor(
  url: string,
  configured: Extract<HttpConfig['headers'], Function>,
): Promise<unknown> {
  try {
    return await configured(url);
  } catch (cause) {
    throw new Error('http.headers failed', { cause });
  }
}
