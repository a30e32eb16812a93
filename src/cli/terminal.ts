/** What a command may use of the process it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  /** Whether results may be coloured. */
  readonly coloured: boolean;
  out(text: string): void;
  /** For everything that is not a result: faults, advice. */
  err(text: string): void;
  /** Shows progress, if standard error is a terminal. */
  progress(text: string): void;
  /** Settles when the user wants the command to end. */
  stopped(): Promise<void>;
}

/** The terminal, pipe or file that the process was started with. */
export function processTerminal(): Terminal {
  const { env, stdin, stdout, stderr } = process;
  return {
    env,
    stdin,
    // no-color.org; a terminal without capabilities calls itself dumb.
    coloured: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    progress: (text) => void (stderr.isTTY && stderr.write(`${text}\n`)),
    stopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      }),
  };
}

const SGR = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

/** Colours text where the terminal wants it. */
export function painter(coloured: boolean): (colour: keyof typeof SGR, text: string) => string {
  return (colour, text) => (coloured ? `\u001B[${SGR[colour]}m${text}\u001B[0m` : text);
}

/**
 * Text of a token or a server, made safe to show on a terminal: what could move the cursor, hide or turn
 * other text is written as an escape.
 */
export function printable(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
