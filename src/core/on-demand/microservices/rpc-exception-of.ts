import type { RpcException } from '@nestjs/microservices';
import { missingPackage } from '../optional-package.js';
import type { AnyRefusalException } from '../../refusals/exception-of.js';
import type { RefusalBody } from '../../refusals/refusal-presentation.js';
import { rpcErrorOf } from '../../refusals/rpc-error.js';
import { withoutStack } from '../../refusals/without-stack.js';

/**
 * A refusal as an exception of a message handler; the refusal is its `cause`.
 *
 * @param args what the handler is called with.
 */
export async function rpcExceptionOf(
  exception: AnyRefusalException,
  args: readonly unknown[],
): Promise<RpcException> {
  const microservices = await import('@nestjs/microservices').catch(
    missingPackage('@nestjs/microservices'),
  );
  const { challenge } = exception;
  const retryAfterSeconds =
    'retryAfterSeconds' in exception ? exception.retryAfterSeconds : undefined;
  const body = exception.getResponse() as RefusalBody;
  const scope = 'details' in exception ? exception.details?.scope : undefined;
  const error = rpcErrorOf({ body, challenge, retryAfterSeconds, scope }, args);
  const made = withoutStack(() => new microservices.RpcException(error));
  return Object.defineProperty(made, 'cause', { value: exception });
}
