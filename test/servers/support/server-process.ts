import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';

const START_WITHIN_MS = 10_000;
const END_WITHIN_MS = 5_000;
const ASK_EVERY_MS = 25;
/** Debian keeps servers where the PATH of ordinary users does not look. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;

/** Where a server may listen and write. */
export interface Place {
  /** Free, on 127.0.0.1. */
  readonly port: number;
  /** Temporary, and readable by whatever user the server becomes. */
  readonly folder: string;
}

export interface ServerOptions {
  /** Of a Debian package; it must stay in the foreground. */
  readonly command: string;
  readonly args: (place: Place) => readonly string[];
  /** Written into the folder first: name → text. */
  readonly files?: (place: Place) => Readonly<Record<string, string | Buffer>>;
}

/** A server of Debian's on loopback, in a temporary folder. */
export interface ServerProcess extends Place {
  readonly url: string;
  /** Starts it anew on the same port, with the same folder. */
  start(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Ends it, and removes its folder. */
  close(): Promise<void>;
}

/** @throws Error with what the server said, when it does not accept connections within ten seconds. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), `${options.command}-`));
  await chmod(folder, 0o755);
  const place: Place = { port: await freePort(), folder };
  for (const [name, text] of Object.entries(options.files?.(place) ?? {}))
    await writeFile(join(folder, name), text);

  let child: ChildProcess | undefined;
  const output = join(folder, 'output.log');

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    const late = setTimeout(() => ending.kill('SIGKILL'), END_WITHIN_MS);
    await exited;
    clearTimeout(late);
  };
  const start = async (): Promise<void> => {
    // A file and no pipe, which a server could not open by the name /dev/stderr.
    const log = await open(output, 'a');
    const started = spawn(options.command, options.args(place), {
      cwd: folder,
      env: { ...process.env, PATH },
      stdio: ['ignore', log.fd, log.fd],
    });
    child = started;
    try {
      await once(started, 'spawn');
    } catch (error) {
      child = undefined;
      throw new Error(`${options.command} can't be run. Debian has it; see .ci/run.`, {
        cause: error,
      });
    } finally {
      await log.close();
    }
    const deadline = Date.now() + START_WITHIN_MS;
    while (!(await accepts(place.port))) {
      const isGone = started.exitCode !== null || started.signalCode !== null;
      if (isGone || Date.now() > deadline) {
        await end('SIGKILL');
        throw new Error(`${options.command} did not start:\n${await readFile(output, 'utf8')}`);
      }
      await pause(ASK_EVERY_MS);
    }
  };
  const close = async (): Promise<void> => {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...place,
    url: `http://127.0.0.1:${place.port}`,
    start,
    kill: () => end('SIGKILL'),
    close,
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
