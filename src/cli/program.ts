import { Command, CommanderError } from 'commander';
import { addDoctorCommand } from './doctor-command.js';
import { addExplainCommand } from './explain-command.js';
import { CommandFailure, EXIT_CODES } from './exit-codes.js';
import { addInspectCommand } from './inspect-command.js';
import { addIssuerCommand } from './issuer-command.js';
import { ownVersion } from './own-version.js';
import type { Terminal } from './terminal.js';
import { addTokenCommand } from './token-command.js';

/** Adds one command to the program. It reports its exit code through `end`. */
export type AddCommand = (
  program: Command,
  terminal: Terminal,
  end: (code: number) => void,
) => void;

const COMMANDS: readonly AddCommand[] = [
  addIssuerCommand,
  addTokenCommand,
  addInspectCommand,
  addDoctorCommand,
  addExplainCommand,
];

/** Text in the form of a JWS: a token given in the wrong place must not be repeated. */
const TOKEN_LIKE = /[\w-]{10,}\.[\w-]+\.[\w-]*/g;

/** The command line: every command, wired to a terminal. */
export function commandLine(terminal: Terminal, end: (code: number) => void): Command {
  const program = new Command('nestjs-trusted-issuers')
    .description(
      'Issues, inspects and diagnoses access tokens of trusted issuers, and explains refusals.',
    )
    .version(ownVersion(), '--version', 'print the version of this package')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd().replaceAll(TOKEN_LIKE, '(a token)')),
    })
    .addHelpText('after', exitCodeHelp());
  for (const add of COMMANDS) add(program, terminal, end);
  return program;
}

/**
 * Runs one command.
 *
 * @param args - The arguments after the program's name.
 * @returns the exit code, one of {@link EXIT_CODES}.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT_CODES.done.code;
  try {
    await commandLine(terminal, (code) => (exitCode = code)).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? EXIT_CODES.done.code : EXIT_CODES.usage.code;
    if (error instanceof CommandFailure) {
      terminal.err(error.message);
      return error.exitCode;
    }
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT_CODES.unexpected.code;
  }
}

function exitCodeHelp(): string {
  const lines = Object.values(EXIT_CODES).map(
    ({ code, meaning }) => `  ${String(code).padEnd(3)} ${meaning}`,
  );
  return `\nExit codes:\n${lines.join('\n')}`;
}
