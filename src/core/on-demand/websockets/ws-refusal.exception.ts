import { missingPackage } from '../optional-package.js';
import type { AnyRefusalException } from '../../refusals/exception-of.js';
import { withoutStack } from '../../refusals/without-stack.js';
import { attempt } from '../../util/safe-logger.js';

/** Registered, so that the filter of one copy of this package knows the exceptions of another. */
const MARK = Symbol.for('nestjs-trusted-issuers:ws-refusal');

/**
 * A refusal as a gateway's exception: a `WsException` of the application's own package, which is loaded with
 * the first refusal. It is told by its mark, so `instanceof` and `@Catch()` need nothing to be loaded.
 */
export abstract class WsRefusalException extends Error {
  /** What the refusal is over HTTP, for the log and for filters. */
  declare readonly cause: AnyRefusalException;

  /** The documented body. */
  abstract getError(): string | object;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return attempt(() => MARK in Object(value)) === true;
  }
}

/**
 * Its error is the documented body: an object, to which Nest adds nothing. To a text it would add the message
 * that was refused.
 */
export async function wsRefusalOf(exception: AnyRefusalException): Promise<WsRefusalException> {
  const { WsException } = await import('@nestjs/websockets').catch(
    missingPackage('@nestjs/websockets'),
  );
  const made = withoutStack(() => new WsException(exception.getResponse()));
  Object.defineProperties(made, { cause: { value: exception }, [MARK]: { value: true } });
  return made as Error as WsRefusalException;
}
