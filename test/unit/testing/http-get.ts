import type { HttpFetch } from '../../../src/config/http-config.js';

/** One GET, with the request the key fetcher makes. */
export async function httpGet(
  fetch: HttpFetch,
  url: string,
  signal: AbortSignal = AbortSignal.timeout(5_000),
): Promise<{ status: number; type: string | null; length: string | null; bytes: Buffer }> {
  const init = { method: 'GET', headers: {}, redirect: 'manual', signal } as const;
  const { status, headers, body } = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return {
    status,
    type: headers.get('content-type'),
    length: headers.get('content-length'),
    bytes: Buffer.concat(chunks),
  };
}

/** The built-in fetch. */
export const networkFetch: HttpFetch = (url, init) => fetch(url, init);
