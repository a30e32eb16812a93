import type { ExecutionContext } from '@nestjs/common';
import type { Exchange } from './exchange.js';
import { graphqlExchangeOf } from './graphql-exchange.js';
import { httpExchangeOf } from './http-exchange.js';
import { messageExchangeOf } from './message-exchange.js';
import { socketExchangeOf } from './socket-exchange.js';

/**
 * Reads the calls of each transport. A constant and no registry: decorators of parameters know no application,
 * so a registry would be one for the process that anything loaded could change.
 */
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
