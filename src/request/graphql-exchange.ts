import type { ArgumentsHost } from '@nestjs/common';
import type { CredentialsRequest, Exchange } from './exchange.js';
import { type GraphQLHandshake, handshakeRequestOf } from './graphql-handshake.js';

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
  if (reply && !isOneRequest(request, reply['request']))
    throw new Error(
      'JwtAuthGuard finds the request of one call and the reply of another in the GraphQL context, and ' +
        'refuses the call. Give `context` as a function that makes a new object for each request.',
    );
  return { request, response: reply, holder: request };
}

/** What takes the headers of a refusal, where the context has it; `undefined` also for any other context. */
export function graphqlResponseOf(host: ArgumentsHost): unknown {
  return replyIn(contextOf(host));
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

/** A context object shared by all requests keeps the first one's `req`: its caller would be everybody. */
function isOneRequest(request: CredentialsRequest, replied: unknown): boolean {
  const other = requestOf(replied);
  if (!other || other === request) return true;
  return (request.raw ?? request) === (other.raw ?? other) || request.headers === other.headers;
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function membersOf(value: unknown): Members {
  return Object(value) as Members;
}
