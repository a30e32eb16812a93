import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';

/** What a command left behind. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly progress: string;
}

export interface CommandSurroundings {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly coloured?: boolean;
}

/** A command that runs until it is stopped. */
export interface RunningCommand {
  /** The first thing it says. */
  readonly ready: Promise<string>;
  stop(): Promise<CommandOutcome>;
}

/** Runs a command to its end. */
export async function command(
  args: readonly string[],
  surroundings: CommandSurroundings = {},
): Promise<CommandOutcome> {
  return startCommand(args, surroundings).stop();
}

/** Starts a command. */
export function startCommand(
  args: readonly string[],
  { stdin = '', env = {}, coloured = false }: CommandSurroundings = {},
): RunningCommand {
  const said = { out: [] as string[], err: [] as string[], progress: [] as string[] };
  const stopped = settleable<void>();
  const ready = settleable<string>();
  const terminal: Terminal = {
    env,
    coloured,
    stdin: (async function* () {
      yield stdin;
    })(),
    out: (text) => {
      said.out.push(text);
      ready.resolve(text);
    },
    err: (text) => void said.err.push(text),
    progress: (text) => void said.progress.push(text),
    stopped: () => stopped.promise,
  };
  const ended = run(args, terminal).then((exitCode) => {
    ready.resolve('');
    return {
      exitCode,
      out: said.out.join('\n'),
      err: said.err.join('\n'),
      progress: said.progress.join('\n'),
    };
  });
  return {
    ready: ready.promise,
    stop: () => {
      stopped.resolve();
      return ended;
    },
  };
}

/** A folder for one test file. */
export function temporaryFolder(): { file(name: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'trusted-issuers-'));
  return {
    file: (name) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** `Promise.withResolvers`, which Node.js 20 lacks. */
function settleable<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve: (value) => resolve(value) };
}
