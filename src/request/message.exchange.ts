import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { AnyRefusalException } from '../refusals/refusal.exceptions.js';
import type { Exchange, IdentityHolder } from './exchange.js';
import { endStreamCall, streamCallOf } from './grpc-stream-call.js';
import { authorizationsOf } from './message.metadata.js';

/** A symbol, which no sender can write: a context of a custom transport may be made of what came. */
const HOLDER = Symbol.for('nestjs-trusted-issuers:message');

/** What a transport's exception says to its client. */
type TransportException = Error & { getError(): unknown };

/** A message to a microservice. Its token is the one that came with it. */
export function messageExchangeOf(host: ExecutionContext): Exchange {
  const args: readonly unknown[] = host.getArgs();
  const streamCall = streamCallOf(args);
  const [data, context, call] = streamCall ? [undefined, streamCall.metadata, streamCall] : args;
  const authorizations = authorizationsOf(data, context);
  return {
    request: {
      // The first, whatever it is: whether it can be one is for the reader to say.
      headers: { authorization: authorizations[0] } as IncomingHttpHeaders,
      // Their number is what counts.
      rawHeaders: authorizations.flatMap(() => ['authorization', '']),
      ...{ body: data, context },
    },
    response: undefined,
    holder: holderOn(call, context),
    translate: async (exception) => {
      const error = await translate(exception, [data, context, call]);
      return streamCall ? endStreamCall(args, error.getError()) : error;
    },
  };
}

/** On gRPC's call, or on what another transport says of the message: both live as long as its handling. */
function holderOn(...candidates: readonly unknown[]): IdentityHolder {
  const carrier = candidates.find((one) => typeof one === 'object' && one !== null);
  if (carrier === undefined)
    throw new Error(
      'JwtAuthGuard was reached by a message of a transport that hands over no context, has nowhere to ' +
        'keep an identity, and refuses it. Verify the token there with AccessTokenVerifier.',
    );
  const { [HOLDER]: known } = carrier as { [HOLDER]?: IdentityHolder };
  if (known !== undefined) return known;
  const holder: IdentityHolder = {};
  Object.defineProperty(carrier, HOLDER, { value: holder });
  return holder;
}

async function translate(
  exception: AnyRefusalException,
  args: readonly unknown[],
): Promise<TransportException> {
  const { rpcExceptionOf } = await import('../microservices/rpc-exception-of.js');
  return rpcExceptionOf(exception, args);
}
