import type { ArgumentsHost } from '@nestjs/common';
import type { CredentialsRequest, Exchange } from './exchange.js';
import { type GraphQLHandshake, handshakeRequestOf } from './graphql-handshake.js';
import { rawOf } from './request-user.js';

/** What Mercurius keeps of `connection_init`, empty or not. */
const MERCURIUS_PARAMS = '_connectionInit';

type Members = Readonly<Record<string, unknown>>;

/**
 * The exchange of a resolver's call, in the context of `@nestjs/graphql`'s drivers: `req` is the
 * request, and over a WebSocket graphql-ws' connection; Mercurius has `reply` beside it, and over a
 * WebSocket `request` and `_connectionInit`.
 *
 * @throws Error for a context that has none of these.
 */
export function graphqlExchangeOf(host: ArgumentsHost): Exchange {
  // Code that asks for the exchange gives an answer that depends on the caller.
  keepPrivate(host.getArgs().at(-1));
  const context = contextOf(host);
  const handshake = handshakeIn(context);
  // A connection outlives its calls, and its token their verdict: the identity is kept per operation.
  if (handshake)
    return { request: handshakeRequestOf(handshake), response: undefined, holder: context };
  const request = requestIn(context);
  if (!request)
    throw new Error(
      'JwtAuthGuard finds no request in the GraphQL context, and refuses the call. Leave `context` to ' +
        'the driver, or have the function that makes it return the request as `req` (for a WebSocket, ' +
        '`connectionParams` and `extra` of the connection).',
    );
  const reply = replyIn(context);
  if (!(reply ? isAnsweredBy(reply, request) : isOwnRequest(request, context)))
    throw new Error(
      'JwtAuthGuard finds the request of another call in the GraphQL context, and refuses the call. Give ' +
        '`context` as a function that makes a new object for each request.',
    );
  return { request, response: reply ?? responseIn(context, request), holder: request };
}

/** What takes the headers of a refusal, where the context has it; `undefined` also for any other context. */
export function graphqlResponseOf(host: ArgumentsHost): unknown {
  const context = contextOf(host);
  return replyIn(context) ?? responseIn(context, requestIn(context));
}

/** Request and response of an operation over HTTP, by its context; a request of Fastify's is Node's. */
export function graphqlPartsOf(context: object): {
  readonly request: object | undefined;
  readonly response: object | undefined;
} {
  const members = membersOf(context);
  const reply = replyIn(members);
  const request = requestIn(members) ?? requestOf(reply?.['request']);
  const response = reply ?? (responseIn(members, request) as object | undefined);
  return { request: request && rawOf(request), response };
}

/** Resolvers have it behind root and arguments; reference resolvers of a federation have no arguments. */
function contextOf(host: ArgumentsHost): Members {
  const { length } = host.getArgs();
  return membersOf(host.getArgByIndex(length === 3 ? 1 : 2));
}

function handshakeIn(context: Members): GraphQLHandshake | undefined {
  const carriers = [context, membersOf(context['req'])];
  const params = carriers.map(({ connectionParams }) => connectionParams).find(isPresent);
  const upgrade = carriers
    .map(({ extra }) => requestOf(membersOf(extra)['request']))
    .find(isPresent);
  if (params === undefined && !upgrade && !(MERCURIUS_PARAMS in context)) return undefined;
  return {
    params: params ?? context[MERCURIUS_PARAMS],
    upgrade: upgrade ?? requestIn(context),
  };
}

function requestIn({ req, request }: Members): CredentialsRequest | undefined {
  return requestOf(req) ?? requestOf(request);
}

function requestOf(value: unknown): CredentialsRequest | undefined {
  const { headers } = membersOf(value);
  return typeof headers === 'object' && headers !== null
    ? (value as CredentialsRequest)
    : undefined;
}

/** Mercurius' reply; over a WebSocket it has a `reply` that can't take headers. */
function replyIn({ reply }: Members): Members | undefined {
  const members = membersOf(reply);
  return typeof members['header'] === 'function' ? members : undefined;
}

/** Apollo Server has `res` beside `req`; Express keeps it on the request as well. Fastify's `header` is Express', too. */
function responseIn({ res }: Members, request: CredentialsRequest | undefined): unknown {
  return [res, membersOf(request)['res']].find(
    (response) => typeof membersOf(response)['header'] === 'function',
  );
}

/*
 * A context object that all requests share keeps the `req` of the first, whose caller all would get.
 * @nestjs/mercurius makes one of an object given as `context`, and so did @nestjs/apollo before version 14.
 */

/** Whether the reply in the context is that of this request. */
function isAnsweredBy(reply: Members, request: CredentialsRequest): boolean {
  const answered = requestOf(reply['request']);
  if (!answered || answered === request) return true;
  return (
    (answered.raw ?? answered) === (request.raw ?? request) || answered.headers === request.headers
  );
}

/** Operations seen of each request. Keyed by the requests themselves, so applications share nothing. */
const OPERATIONS = new WeakMap<CredentialsRequest, Set<Members>>();

/** Whether a request has no more operations than it brought: Apollo Server has a context object for each. */
function isOwnRequest(request: CredentialsRequest, context: Members): boolean {
  // One that a test made up may serve as often as the test likes.
  if (!request.rawHeaders && !request.raw?.rawHeaders) return true;
  const operations = OPERATIONS.get(request) ?? new Set();
  OPERATIONS.set(request, operations.add(context));
  return operations.size <= (Array.isArray(request.body) ? request.body.length : 1);
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function membersOf(value: unknown): Members {
  return Object(value) as Members;
}

/** What Apollo Server's cache control puts on a field's `info`. */
interface CacheControlInfo {
  readonly cacheControl?: { setCacheHint?(hint: { readonly scope: 'PRIVATE' }): void };
}

/**
 * Tells Apollo's caches that what a field answers is for its caller alone: its response cache, the
 * `Cache-Control` it sends, and the router before a subgraph. A cached answer is sent without a guard being
 * asked. Strangers' answers count as well, since the cache does not know callers from strangers.
 */
export function keepPrivate(info: unknown): void {
  const { cacheControl } = Object(info) as CacheControlInfo;
  if (typeof cacheControl?.setCacheHint === 'function')
    cacheControl.setCacheHint({ scope: 'PRIVATE' });
}
