import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { AnyRefusalException } from '../refusals/refusal.exceptions.js';
import type { Exchange, IdentityHolder } from './exchange.js';
import { authorizationsOf } from './message.metadata.js';

/** A message to a microservice. Its token is the one that came with it. */
export function messageExchangeOf(host: ExecutionContext): Exchange {
  const args: readonly unknown[] = host.getArgs();
  const [data, context, call] = args;
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
    holder: holderAmong(call, context),
    translate: (exception) => translate(exception, args),
  };
}

/** gRPC's call, or what another transport says of the message: both live as long as its handling. */
function holderAmong(...candidates: readonly unknown[]): IdentityHolder {
  const holder = candidates.find((one) => typeof one === 'object' && one !== null);
  if (holder !== undefined) return holder;
  throw new Error(
    'JwtAuthGuard was reached by a message of a transport that hands over no context, has nowhere to ' +
      'keep an identity, and refuses it. Verify the token there with AccessTokenVerifier.',
  );
}

async function translate(exception: AnyRefusalException, args: readonly unknown[]): Promise<Error> {
  const { rpcExceptionOf } = await import('../microservices/rpc-exception-of.js');
  return rpcExceptionOf(exception, args);
}
