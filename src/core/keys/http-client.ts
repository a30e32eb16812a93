import { lookup } from 'node:dns';
import { type Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HttpFetch, HttpResponse } from '../../config/http-config.js';
import type { PrivateAddressCheck } from './private-address-check.js';
import { type AddressKind, addressKindOf } from './address-kind.js';
import { environmentAgent } from './environment-proxy.js';

/** A response, and the kind of address it came from. */
export interface ReachedResponse extends HttpResponse {
  /** Absent when a function of the application fetched it. Public when a proxy did. */
  readonly reached?: AddressKind;
  /** Whether it came through a proxy that the environment names. */
  readonly isProxied?: boolean;
}

interface RequestTerms extends Pick<Parameters<HttpFetch>[1], 'headers' | 'signal' | 'body'> {
  /** Maximum size of a compressed body in bytes. Callers that read other bodies bound them. */
  readonly maxBytes: number;
  /** The caller's kept connections, separate for guarded requests. Absent: the request opens its own. */
  readonly connections?: Connections;
}

/** Keeps connections for the next request. */
export interface Connections {
  /** @param isGuarded whether addresses are checked, so that no proxy is used. */
  agentFor(protocol: string, isGuarded: boolean): HttpAgent;
}

/** Maximum size of response headers in bytes. */
const MAX_HEADER_BYTES = 16_384;

/**
 * Makes one request, unless the application gives a `fetch`. Uses node:http, because the built-in `fetch`
 * can't restrict which addresses are connected to. Follows no redirects. Sends a `POST` when there is a body.
 *
 * Each request for keys opens its own connection: it comes every few minutes, and a connection that other
 * code opened was not guarded.
 *
 * With a guard no proxy is used, whatever the environment says: the address a proxy connects to is not
 * visible here.
 */
export async function requestOnce(
  url: string,
  terms: RequestTerms,
  guard: PrivateAddressCheck | undefined,
): Promise<ReachedResponse> {
  const { connections, ...own } = terms;
  const { headers, signal, maxBytes, body } = own;
  signal.throwIfAborted();
  const address = new URL(url);
  guard?.checkHost(address.hostname);
  const start = address.protocol === 'https:' ? requestHttps : requestHttp;
  const isGuarded = guard !== undefined;
  const agent =
    connections?.agentFor(address.protocol, isGuarded) ??
    (isGuarded ? undefined : environmentAgent(address.protocol));
  const route = new Route(address.hostname);
  return new Promise((resolve, reject) => {
    const outgoing = start(address, {
      agent: agent ?? false,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'accept-encoding': 'identity',
        'user-agent': 'nestjs-trusted-issuers',
        ...headers,
      },
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(guard ? { lookup: guard.lookup } : agent && { lookup: route.lookup }),
    });
    outgoing.once('response', (response) => {
      const { remoteAddress = '' } = response.socket;
      const isProxied = agent !== undefined && !route.isDirect(remoteAddress);
      resolve({
        ...readable(response, maxBytes),
        isProxied,
        get reached() {
          return isProxied ? 'public' : addressKindOf(remoteAddress);
        },
      });
    });
    // Not `once`: after the response has begun its body reports the error, and this one must not be uncaught.
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed a kept connection just as it was reused, and has not seen the request.
      if (outgoing.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted)
        resolve(requestOnce(url, own, guard));
      else reject(error);
    });
    // Not as an option of the request, which watches the whole stream for it.
    signal.addEventListener('abort', () => outgoing.destroy(signal.reason as Error));
    outgoing.end(body);
  });
}

/** Tells whether a request went directly to its host: it was looked up, or is the address reached. */
class Route {
  private isLookedUp = false;

  constructor(private readonly hostname: string) {}

  readonly lookup: LookupFunction = (hostname, options, callback) => {
    if (hostname === this.hostname) this.isLookedUp = true;
    lookup(hostname, options, callback);
  };

  isDirect(remoteAddress: string): boolean {
    const host = this.hostname.replace(/[[\]]/g, '');
    return isIP(host) === 0 ? this.isLookedUp : host === remoteAddress;
  }
}

function readable(response: IncomingMessage, maxBytes: number): HttpResponse {
  const { statusCode = 0, headers } = response;
  return {
    status: statusCode,
    headers: { get: (name) => [headers[name.toLowerCase()]].flat().join(', ') || null },
    body: decoded(response, maxBytes),
  };
}

/** Some servers compress although they were asked not to. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

function decoded(response: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  const { 'content-encoding': coding = '' } = response.headers;
  const decoder = DECODERS.get(coding.trim().toLowerCase())?.();
  if (!decoder) return response;
  // Compressed bytes are bounded too, whatever they decompress to.
  // The reader receives an error; the callback keeps it from being uncaught.
  return pipeline(capped(response, maxBytes), decoder, () => {});
}

/**
 * A body, as far as it may go.
 *
 * @throws Error when it has more bytes than that; the transfer ends.
 */
async function* capped(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const within = bound(maxBytes);
  // Leaving the loop cancels the body, and with it the transfer.
  for await (const chunk of body) yield within(chunk);
}

/**
 * Counts the chunks of one body.
 *
 * @throws Error at the chunk by which it has more bytes than that.
 */
export function bound(maxBytes: number): (chunk: Uint8Array) => Uint8Array {
  let size = 0;
  return (chunk) => {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(moreThan(maxBytes));
    return chunk;
  };
}

export const moreThan = (maxBytes: number): string => `more than ${maxBytes} bytes`;
