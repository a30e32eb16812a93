import type { LoggerService } from '@nestjs/common';

/** A Nest logger that keeps every line. */
export class CapturedLog implements LoggerService {
  readonly lines: { level: string; text: string }[] = [];

  log = this.keep('log');
  error = this.keep('error');
  warn = this.keep('warn');
  debug = this.keep('debug');
  verbose = this.keep('verbose');
  fatal = this.keep('fatal');

  /** All lines of a level, or all lines. */
  text(level?: string): string {
    return this.lines
      .filter((line) => level === undefined || line.level === level)
      .map(({ text }) => text)
      .join('\n');
  }

  clear(): void {
    this.lines.length = 0;
  }

  private keep(level: string) {
    return (...parts: unknown[]): void => {
      const text = parts
        .map((part) => (part instanceof Error ? part.stack : String(part)))
        .join(' ');
      this.lines.push({ level, text });
    };
  }
}
