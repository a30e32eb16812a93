import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { AnyRefusalException } from '../refusals/exception-of.js';
import type { CredentialsRequest, Exchange, IdentityHolder } from './exchange.js';
import { endStreamCall, streamCallOf } from './grpc-stream-call.js';
import { mcpContextAmong } from './mcp-context.js';
import { mcpExchangeOf } from './mcp-exchange.js';
import { authorizationsOf } from './message-metadata.js';
import { keepBeingJudged, refuseSharedContext } from './messages-being-judged.js';

/** A symbol, which no sender can write: a context of a custom transport may be made of what came. */
const MESSAGE = Symbol.for('nestjs-trusted-issuers:message');

/** One message on its way through guards, interceptors and parameter decorators to one handler. */
class Message implements IdentityHolder {
  readonly [MESSAGE] = true;
  user?: unknown;

  /** @param request what was read first: when a second guard asks, the context may be another message's. */
  constructor(readonly request: CredentialsRequest) {}
}

/** What a transport's exception says to its client. */
type TransportException = Error & { getError(): unknown };

/**
 * A message to a microservice. Its token is the one that came with it.
 *
 * @throws Error when its context is that of another message, which is still being checked.
 */
export function messageExchangeOf(host: ExecutionContext): Exchange {
  const args: unknown[] = host.getArgs();
  const mcp = mcpContextAmong(args);
  if (mcp !== undefined) return mcpExchangeOf(host, mcp);
  const streamCall = streamCallOf(args);
  const [data, context, call] = streamCall
    ? [undefined, streamCall.metadata, streamCall]
    : args.filter((one) => !isMessage(one));
  const carrier = carrierIn(call, context);
  const message = streamCall ? streamMessageOn(streamCall) : messageAmong(args, carrier);
  return {
    request: message.request,
    response: undefined,
    holder: message,
    whileJudged: (verdict) => keepBeingJudged(carrier, message.request, verdict),
    translate: async (exception) => {
      const error = await translate(exception, [data, context, call]);
      return streamCall ? endStreamCall(args, error.getError()) : error;
    },
  };
}

/** gRPC's call, or what another transport says of the message. */
function carrierIn(...candidates: readonly unknown[]): object {
  const carrier = candidates.find((one) => typeof one === 'object' && one !== null);
  if (carrier === undefined)
    throw new Error(
      'The transport of a message gave it no context. JwtAuthGuard can’t tell one message from another ' +
        'there, and refuses them. Verify the token there with AccessTokenVerifier.',
    );
  return carrier;
}

/**
 * Kept behind the arguments of the handler's call, which nothing else shares: a transport may hand the same
 * context, and even the same payload, with many messages. Guards and interceptors get the arguments
 * themselves, parameter decorators a copy.
 */
function messageAmong(args: unknown[], carrier: object): Message {
  const known = args.slice(2).find(isMessage);
  if (known !== undefined) return known;
  const message = new Message(requestOf(args[0], args[1]));
  refuseSharedContext(carrier, message.request);
  args.push(message);
  return message;
}

/** Kept on the call, which is new for each message: an argument added after it would reach the handler. */
function streamMessageOn(call: { readonly metadata: object; [MESSAGE]?: Message }): Message {
  const known = call[MESSAGE];
  if (known !== undefined) return known;
  const value = new Message(requestOf(undefined, call.metadata));
  Object.defineProperty(call, MESSAGE, { value });
  return value;
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && MESSAGE in value && 'request' in value;
}

function requestOf(body: unknown, context: unknown): CredentialsRequest {
  const authorizations = authorizationsOf(body, context);
  return {
    // The first, whatever it is: the reader checks whether it can be one.
    headers: { authorization: authorizations[0] } as IncomingHttpHeaders,
    // Their number is what counts.
    rawHeaders: authorizations.flatMap(() => ['authorization', '']),
    ...{ body, context },
  };
}

async function translate(
  exception: AnyRefusalException,
  args: readonly unknown[],
): Promise<TransportException> {
  const { rpcExceptionOf } = await import('../on-demand/microservices/rpc-exception-of.js');
  return rpcExceptionOf(exception, args);
}
