import { ConsoleLogger } from '@nestjs/common';
import type { RequestTraces } from './request-traces.js';

/** Nest's logger, quiet except for warnings and errors, that shows the traces what the module logs. */
export class TracingLogger extends ConsoleLogger {
  constructor(private readonly traces: RequestTraces) {
    super({ logLevels: ['error', 'warn'] });
  }

  /** A refusal is logged at `debug`. */
  override debug(message: unknown, ...rest: unknown[]): void {
    this.show(message, rest);
    super.debug(message, ...rest);
  }

  /** A 503 is logged at `error`, because an operator should look. */
  override error(message: unknown, ...rest: unknown[]): void {
    this.show(message, rest);
    super.error(message, ...rest);
  }

  private show(message: unknown, rest: readonly unknown[]): void {
    if (rest.includes('TrustedIssuers')) this.traces.noteLogLine(String(message));
  }
}
