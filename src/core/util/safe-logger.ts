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

  error(line: string, stack?: string): void {
    attempt(() => this.logger.error(line, stack));
  }
}

function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // There is nowhere left to say so.
  }
}
