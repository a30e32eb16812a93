import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HttpFetch, HttpResponse } from '../../config/http-config.js';
import type { AddressGuard } from './private-address-check.js';
import { type AddressKind, addressKindOf } from './address-kind.js';
import { capped } from './capped-body.js';

/** A response, and where it came from. */
export interface ReachedResponse extends HttpResponse {
  /** Absent when not this client but a function of the application fetched it. */
  readonly reached?: AddressKind;
}

interface RequestTerms extends Pick<Parameters<HttpFetch>[1], 'headers' | 'signal'> {
  /** Greatest compressed body in bytes. Other bodies are bounded by whoever reads them. */
  readonly maxBytes: number;
}

/** What a server may send in headers, in bytes. */
const MAX_HEADER_BYTES = 16_384;

/**
 * What fetches unless the application gives a `fetch`: node:http, because the built-in `fetch` does
 * not let anybody say which addresses may be connected to. Follows no redirect by itself.
 *
 * Each request has a connection of its own: it comes every few minutes, and one that somebody else
 * opened was not guarded.
 */
export async function requestOnce(
  url: string,
  { headers, signal, maxBytes }: RequestTerms,
  guard: AddressGuard | undefined,
): Promise<ReachedResponse> {
  const address = new URL(url);
  guard?.checkHost(address.hostname);
  const start = address.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = start(address, {
      agent: false,
      headers: {
        'accept-encoding': 'identity',
        'user-agent': 'nestjs-trusted-issuers',
        ...headers,
      },
      maxHeaderSize: MAX_HEADER_BYTES,
      signal,
      ...(guard && { lookup: guard.lookup }),
    });
    outgoing.once('response', (response) => resolve(reachedResponse(response, maxBytes)));
    // Stays: after the response has begun its body reports the error, and this one must not be uncaught.
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function reachedResponse(response: IncomingMessage, maxBytes: number): ReachedResponse {
  const { statusCode = 0, headers } = response;
  return {
    status: statusCode,
    headers: { get: (name) => [headers[name.toLowerCase()]].flat().join(', ') || null },
    body: decoded(response, maxBytes),
    reached: addressKindOf(response.socket.remoteAddress ?? ''),
  };
}

/** Some servers compress what they were asked not to. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

function decoded(response: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decoder = Object.hasOwn(DECODERS, coding) ? DECODERS[coding]?.() : undefined;
  if (!decoder) return response;
  // Compressed bytes are bounded too, whatever they unpack to.
  // Its reader hears of an error; the callback keeps it from being uncaught.
  return pipeline(capped(response, maxBytes), decoder, () => {});
}
