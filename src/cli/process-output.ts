import { stackOf } from '../core/util/safe-logger.js';
import { EXIT_CODES } from './exit-codes.js';

const { stdout, stderr } = process;

/** Makes what can't be written end the process with a message; by default it would be a stack. */
export function guardOutput(): void {
  stdout.on('error', (error) => {
    if (isReaderGone(error)) return;
    stderr.write(`The output can't be written: ${error.message}\n`, endUnexpectedly);
  });
  stderr.on('error', (error) => {
    if (!isReaderGone(error)) endUnexpectedly();
  });
}

/**
 * Keeps what a configuration does to the process from being taken for a verdict. What it has begun, such as a
 * pool, can fail at any time, and Node.js would end with 1. Checks of environment variables call `process.exit`.
 */
export function guardVerdict(): void {
  process.once('exit', endedEarly);
  process.on('uncaughtException', (error: unknown) => {
    const stack = stackOf(error) ?? 'something other than an error';
    stderr.write(
      `Thrown where no code waits for it, perhaps by the configuration: ${stack}\n`,
      endUnexpectedly,
    );
  });
}

/** Ends the process when all that was written has arrived; a pipe may take its time. */
export async function endProcess(exitCode: number): Promise<never> {
  for (const stream of [stdout, stderr])
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  // An error of writing is emitted after the callback.
  await new Promise(setImmediate);
  end(exitCode);
}

/** The reader, such as `head`, has closed the pipe. */
function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}

function endUnexpectedly(): never {
  end(EXIT_CODES.unexpected.code);
}

function end(exitCode: number): never {
  process.off('exit', endedEarly);
  process.exit(exitCode);
}

function endedEarly(): void {
  stderr.write('The configuration ended the process before there was a result.\n');
  process.exitCode = EXIT_CODES.unusable.code;
}
