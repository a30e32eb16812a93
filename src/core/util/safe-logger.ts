import { Logger } from '@nestjs/common';

/** The application's log. A logger that throws must not turn a refusal, or a good answer, into a 500. */
export class SafeLogger {
  private readonly logger = new Logger('TrustedIssuers');

  debug(line: string): void {
    attempt(() => this.logger.debug(line));
  }

  log(line: string): void {
    attempt(() => this.logger.log(line));
  }

  warn(line: string): void {
    attempt(() => this.logger.warn(line));
  }

  /** @param cause what was thrown; of an `Error` its stack is logged, of anything else nothing. */
  error(line: string, cause?: unknown): void {
    attempt(() => this.logger.error(line, stackOf(cause)));
  }
}

/** The stack of an `Error`; `undefined` of anything else, and where it can't be read. */
export function stackOf(thrown: unknown): string | undefined {
  return attempt(() => (thrown instanceof Error ? thrown.stack : undefined));
}

/** Whether something thrown is of a class; not, where it can't be asked. */
export function isThrown<Thrown>(
  thrown: unknown,
  type: abstract new (...given: never) => Thrown,
): thrown is Thrown {
  return attempt(() => thrown instanceof type) === true;
}

/**
 * What must not become a second failure: to write to the log, and to look at what application code threw, which
 * may be anything. To read a revoked `Proxy`, or an error whose `message` is a getter, can throw itself.
 *
 * @returns `undefined` where it fails.
 */
export function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    // There is nowhere left to say so.
    return undefined;
  }
}
