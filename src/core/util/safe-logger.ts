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
    attempt(() => this.logger.error(line, cause instanceof Error ? cause.stack : undefined));
  }
}

function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // There is nowhere left to say so.
  }
}
