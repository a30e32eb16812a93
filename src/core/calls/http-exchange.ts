import type { ExecutionContext } from '@nestjs/common';
import { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { CredentialsRequest, Exchange, IdentityHolder } from './exchange.js';

/**
 * A request over HTTP, or a call that Nest's ExternalContextCreator was given no type for: it says "http" of
 * these, and has a payload of any kind where a request would be.
 *
 * Nest's `switchToHttp()` makes three functions a call, which takes longer than to find a remembered
 * token; it is for contexts that a test made by hand and gave nothing else.
 */
export function httpExchangeOf(context: ExecutionContext): Exchange {
  const args: unknown = context.getArgs?.();
  if (Array.isArray(args) && args.length > 0) {
    const [request, response] = args as [CredentialsRequest, unknown];
    return isHttpCall(args) ? { request, response, holder: request } : payloadExchangeOf(request);
  }
  const http = context.switchToHttp();
  const request = http.getRequest<CredentialsRequest | undefined>();
  if (request === undefined) return payloadExchangeOf(undefined);
  return { request, response: http.getResponse<unknown>(), holder: request };
}

/** Whether the arguments of a call that says "http" are a request and its response. */
export function isHttpCall([request, response]: readonly unknown[]): boolean {
  return isRequest(request as Partial<CredentialsRequest>) || takesHeaders(response);
}

/** A stream with header lines as they came. Fastify has it a level deeper. */
function isRequest(value: Partial<CredentialsRequest> | null | undefined): boolean {
  return isIncoming(value) || isIncoming(value?.raw);
}

/** The sender of a payload can write anything into it but a method. */
function isIncoming(value: unknown): boolean {
  // It has both; on Express, in Node 20 and 22, to read them takes long.
  if (value instanceof IncomingMessage) return true;
  const { rawHeaders, on } = Object(value) as { readonly rawHeaders?: unknown; on?: unknown };
  return rawHeaders !== undefined && typeof on === 'function';
}

/** Whether it is a response, and no second argument of a call that has none. */
export function takesHeaders(response: unknown): boolean {
  const { setHeader, header } = Object(response) as { setHeader?: unknown; header?: unknown };
  return typeof setHeader === 'function' || typeof header === 'function';
}

/**
 * A payload may have headers with a token. What it says of its user, of the method and the address of a
 * request, and of header lines, is its sender's word, and counts for nothing.
 */
function payloadExchangeOf(payload: unknown): Exchange {
  const { headers } = Object(payload) as Partial<CredentialsRequest>;
  const hasHeaders = typeof headers === 'object' && (headers as unknown) !== null;
  return {
    request: hasHeaders
      ? (Object.create(payload as object, NO_LINES) as CredentialsRequest)
      : { ...(payload as object | undefined), headers: {}, http: NO_REQUEST },
    response: undefined,
    holder: holderOn(payload),
  };
}

/** Of a call that is no request: it has neither method nor address, nor lines of headers. */
const NO_REQUEST = {};
const NO_LINES = { http: { value: NO_REQUEST }, rawHeaders: { value: [] } };

/** Registered, so that two copies of this package in one process know each other's callers. */
const HOLDER = Symbol.for('nestjs-trusted-issuers:payload');

/** Keeps the identity apart from what came, and shows it there as `user`. */
class PayloadHolder implements IdentityHolder {
  #user: unknown;

  constructor(private readonly payload: IdentityHolder) {}

  get user(): unknown {
    return this.#user;
  }

  set user(user: unknown) {
    this.#user = user;
    this.payload.user = user;
  }
}

/** A payload that can't keep an identity has none: its handler finds no caller. */
function holderOn(payload: unknown): IdentityHolder {
  if (typeof payload !== 'object' || payload === null || !Object.isExtensible(payload)) return {};
  const { [HOLDER]: known } = payload as { [HOLDER]?: IdentityHolder };
  if (known !== undefined) return known;
  const holder = new PayloadHolder(payload);
  Object.defineProperty(payload, HOLDER, { value: holder });
  return holder;
}

/**
 * The query of a request whose address is not parsed yet, such as one that becomes a WebSocket.
 *
 * @param url of a payload, anything.
 */
export function queryIn(url: unknown): unknown {
  return parse(typeof url === 'string' && url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
}
