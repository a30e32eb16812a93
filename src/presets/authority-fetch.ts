import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { HttpFetch } from '../config/http-config.js';

/**
 * A `fetch` over HTTPS that trusts one certificate authority and no other. The built-in one can't be
 * given any. The file is read for each call, since authorities rotate too.
 */
export function fetchWithAuthority(caFile: string): HttpFetch {
  return async (url, { headers, signal }) => {
    const ca = await readFile(caFile);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // A connection of its own: keys are fetched too seldom to keep one open.
      get(url, { ca, headers, signal, agent: false }, resolve).on('error', reject);
    });
    return {
      status: response.statusCode ?? 0,
      headers: { get: (name) => [response.headers[name.toLowerCase()]].flat().join(', ') || null },
      body: response,
    };
  };
}
