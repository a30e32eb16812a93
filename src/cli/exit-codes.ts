/** What the process ends with. `docs/command-line.md` repeats the table; a test compares. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done; the token would be accepted; every issuer works' },
  refused: { code: 1, meaning: 'the token would be refused; an issuer does not work' },
  usage: { code: 2, meaning: 'the command line can’t be understood' },
  unusable: { code: 3, meaning: 'a file, the environment or a port can’t be used' },
  undecided: { code: 4, meaning: 'no verdict: keys or a running issuer are not available' },
  unexpected: { code: 70, meaning: 'a fault of this program, or its output can’t be written' },
} as const;

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]['code'];

/** Ends a command with a message for the user, who can do something about it. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(kind: keyof typeof EXIT_CODES, message: string) {
    super(message);
    this.exitCode = EXIT_CODES[kind].code;
  }
}
