import type { IncomingHttpHeaders } from 'node:http';
import type { AnyRefusalException } from '../refusals/exception-of.js';

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

/**
 * Ends a call with a refusal, as a rejection: for an error that is thrown, V8 looks where it came from, which
 * takes a microsecond.
 *
 * @throws Error the exception, in the words of the call's transport.
 */
export function endWith(
  exception: AnyRefusalException,
  { translate }: Pick<Exchange, 'translate'>,
): Promise<never> {
  if (translate === undefined) return Promise.reject(exception);
  return translate(exception).then((translated) => {
    throw translated;
  });
}

/** Authentication schemes that a token can come under (RFC 6750 section 2.1, RFC 9449 section 7.1). */
export type AuthenticationScheme = 'Bearer' | 'DPoP';

/** The one access token of a call, and how it came. */
export interface Credentials {
  readonly token: string;
  readonly scheme: AuthenticationScheme;
  /** Whether it came in `Authorization`: a bound token counts from nowhere else. */
  readonly isInAuthorization: boolean;
  /** What it came with; `undefined` where the application handed over a token alone. */
  readonly request: CredentialsRequest | undefined;
}
