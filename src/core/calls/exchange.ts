import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { graphqlExchangeOf } from './graphql-exchange.js';
import { httpExchangeOf } from './http-exchange.js';
import type { AnyRefusalException } from '../refusals/exception-of.js';
import { messageExchangeOf } from './message-exchange.js';
import { socketExchangeOf } from './socket-exchange.js';

/** What is asked of the connection of a request; those of TLS have all of it, with HTTP/2 too. */
export interface ClientSocket {
  readonly on: unknown;
  readonly remoteAddress?: string;
  readonly getPeerX509Certificate?: () => { readonly raw: Uint8Array } | undefined;
}

/** What a token is read from; Express' and Fastify's requests have it all. */
export interface CredentialsRequest {
  readonly headers: IncomingHttpHeaders;
  /** Header lines as they came (Express); Fastify has them on `raw`. */
  readonly rawHeaders?: readonly string[];
  readonly raw?: { readonly rawHeaders?: readonly string[]; readonly socket?: ClientSocket };
  /** The connection, with the certificate and the address of the client. Fastify has it on `raw`. */
  readonly socket?: ClientSocket;
  readonly query?: unknown;
  /** Where the query is read from when nothing has parsed it, as on Node's own requests. */
  readonly url?: string;
  /** The HTTP request that this is a part of, such as the one that opened a socket. Absent: it is the request. */
  readonly http?: object | undefined;
  /** Of a message: its payload. */
  readonly body?: unknown;
  /** Of a message: what its transport says about it. */
  readonly context?: unknown;
  /** A token from the place that a transport itself has for one, with or without `Bearer`. */
  readonly handed?: unknown;
  /** Where passport puts the identity; the property every passport user knows. */
  user?: unknown;
}

/** What keeps the caller's identity for the rest of a call, as its `user`. */
export interface IdentityHolder {
  user?: unknown;
}

/** One guarded call, whichever way it came. */
export interface Exchange {
  readonly request: CredentialsRequest;
  /** Takes the headers of a refusal; `undefined` where a call has none to send. */
  readonly response: unknown;
  /** The request, where that lives as long as the call; else what does. */
  readonly holder: IdentityHolder;
  /** Told of a verdict that is waited for. Absent where nothing else can come with what a call came with. */
  readonly whileJudged?: (verdict: Promise<unknown>) => void;
  /** Says a refusal in the words of the call's transport. Absent: it is thrown as it is. */
  readonly translate?: (exception: AnyRefusalException) => Promise<Error>;
}

/** Reads the calls of one transport. A constant, because decorators of parameters know no application. */
const READERS: ReadonlyMap<string, (context: ExecutionContext) => Exchange> = new Map([
  ['http', httpExchangeOf],
  ['graphql', graphqlExchangeOf],
  ['rpc', messageExchangeOf],
  ['ws', socketExchangeOf],
]);

/**
 * What a guarded call is made of.
 *
 * @throws Error for a kind of call that has no reader: what can't be checked is not let through.
 */
export function exchangeOf(context: ExecutionContext): Exchange {
  const type = context.getType<string>();
  const read = READERS.get(type);
  if (read !== undefined) return read(context);
  throw new Error(
    `JwtAuthGuard does not know where a call of type "${type}" has its token, and refuses it. ` +
      'Verify the token there with AccessTokenVerifier.',
  );
}

/**
 * Ends a call with a refusal: at once, or as a rejection where its transport's words must be loaded.
 *
 * @throws Error the exception, in the words of the call's transport.
 */
export function endWith(
  exception: AnyRefusalException,
  { translate }: Pick<Exchange, 'translate'>,
): Promise<never> {
  if (translate === undefined) throw exception;
  return translate(exception).then((translated) => {
    throw translated;
  });
}
