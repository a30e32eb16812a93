import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ROOT } from '../../docs/markdown.js';

/** The sample application as `npm start` runs it: built, and a process of its own. */
export interface RunningSample {
  readonly url: string;
  /** What the terminal shows at its end. */
  readonly lastLine: () => string;
  stop(): Promise<void>;
}

export async function startSample(): Promise<RunningSample> {
  const sample = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  sample.stderr.on('data', (chunk) => (errors += String(chunk)));
  let lastLine = '';
  const url = await urlOf(sample, (line) => (lastLine = line));
  if (url === undefined) throw new Error(`the sample ended before it was ready:\n${errors}`);
  return {
    url,
    lastLine: () => lastLine,
    stop: async () => {
      const ended = once(sample, 'exit');
      sample.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0) throw new Error(`asked to stop, the sample ended with ${code}:\n${errors}`);
    },
  };
}

/** The page's address, which the sample prints, when it says that it is ready; `undefined`: it never did. */
async function urlOf(
  { stdout }: ChildProcess,
  onLine: (line: string) => void,
): Promise<string | undefined> {
  if (stdout === null) return undefined;
  const lines = createInterface(stdout);
  return new Promise((resolve) => {
    let url: string | undefined;
    lines.on('line', (line) => {
      onLine(line);
      url ??= /^Page +(http:\S+)\//.exec(line)?.[1];
      if (line.startsWith('Ready.')) resolve(url);
    });
    lines.once('close', () => resolve(undefined));
  });
}
