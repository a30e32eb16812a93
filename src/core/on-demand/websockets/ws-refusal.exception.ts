import { WsException } from '@nestjs/websockets';
import type { AnyRefusalException } from '../../refusals/exception-of.js';
import { withoutStack } from '../../refusals/without-stack.js';

/**
 * A refusal as a gateway's exception. Its error is the documented body: an object, to which Nest adds
 * nothing. To a text it would add the message that was refused.
 */
export class WsRefusalException extends WsException {
  /** What the refusal is over HTTP, for the log and for filters. */
  declare readonly cause: AnyRefusalException;

  static of(exception: AnyRefusalException): WsRefusalException {
    const made = withoutStack(() => new WsRefusalException(exception.getResponse()));
    Object.defineProperty(made, 'cause', { value: exception });
    return made;
  }
}
