import { lookup } from 'node:dns';
import { type Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HttpFetch, HttpResponse } from '../../config/http-config.js';
import type { Deadline } from '../util/clock.js';
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

interface RequestTerms extends Pick<Parameters<HttpFetch>[1], 'headers' | 'body'> {
  readonly deadline: Deadline;
  /** Maximum size of a compressed body in bytes. Callers that read other bodies bound them. */
  readonly maxBytes: number;
  /** The caller's kept connections, separate for guarded requests. Absent: the request opens its own. */
  readonly connections?: Connections | undefined;
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
export function requestOnce(
  url: string,
  terms: RequestTerms,
  guard: PrivateAddressCheck | undefined,
): Promise<ReachedResponse> {
  return new Promise((resolve, reject) => {
    const { headers, deadline, maxBytes, body, connections } = terms;
    if (deadline.isPast) throw outOfTime();
    const address = new URL(url);
    guard?.checkHost(address.hostname);
    const start = address.protocol === 'https:' ? requestHttps : requestHttp;
    const isGuarded = guard !== undefined;
    const agent =
      connections?.agentFor(address.protocol, isGuarded) ??
      (isGuarded ? undefined : environmentAgent(address.protocol));
    const route = agent && new Route(address.hostname);
    const outgoing = start(address, {
      agent: agent ?? false,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'accept-encoding': 'identity',
        'user-agent': 'nestjs-trusted-issuers',
        ...headers,
      },
      maxHeaderSize: MAX_HEADER_BYTES,
      lookup: guard?.lookup ?? route?.lookup,
    });
    let hasAnswer = false;
    outgoing.once('response', (response) => {
      hasAnswer = true;
      resolve(new Received(response, maxBytes, route));
    });
    // Not `once`: after the response has begun its body reports the error, and this one must not be uncaught.
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isClosed = outgoing.reusedSocket && error.code === 'ECONNRESET';
      // The server closed a kept connection just as it was reused, and has not seen the request.
      if (isClosed && !hasAnswer && !deadline.isPast)
        resolve(requestOnce(url, { ...terms, connections: undefined }, guard));
      else reject(error);
    });
    deadline.onPast(() => outgoing.destroy(outOfTime()));
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

/** What a server answered, and which way it came. */
class Received implements ReachedResponse {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly body: HttpResponse['body'];
  private readonly from: string;

  /** @param route absent where the request went straight to its host. */
  constructor(
    response: IncomingMessage,
    maxBytes: number,
    private readonly route: Route | undefined,
  ) {
    const { statusCode = 0, headers } = response;
    this.status = statusCode;
    this.headers = { get: (name) => textOf(headers[name.toLowerCase()]) };
    this.body = decoded(response, maxBytes);
    // A socket that has closed no longer says it.
    this.from = response.socket.remoteAddress ?? '';
  }

  get isProxied(): boolean {
    return this.route !== undefined && !this.route.isDirect(this.from);
  }

  get reached(): AddressKind {
    return this.isProxied ? 'public' : addressKindOf(this.from);
  }
}

function textOf(header: string | readonly string[] | undefined): string | null {
  return (typeof header === 'object' ? header.join(', ') : header) || null;
}

const outOfTime = (): Error => new Error('the answer is no longer waited for');

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
  // A reader that leaves ends the transfer; the source below would wait for its next chunk first.
  decoder.once('close', () => response.destroy());
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
 * @throws Error at the chunk by which it has more bytes than that, or that is something else than bytes.
 */
export function bound(maxBytes: number): (chunk: Uint8Array) => Uint8Array {
  let size = 0;
  return (chunk) => {
    // A stream of an application may yield text, of which the bytes can't be counted.
    if (!ArrayBuffer.isView(chunk)) throw new Error('its body does not come as bytes');
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(moreThan(maxBytes));
    return chunk;
  };
}

export const moreThan = (maxBytes: number): string => `more than ${maxBytes} bytes`;
