import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ROOT } from '../../docs/markdown.js';

/** The sample application as `npm start` runs it: built, and a process of its own. */
export interface RunningSample {
  readonly url: string;
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
  const url = await urlOf(sample);
  if (url === undefined) throw new Error(`the sample ended before it was ready:\n${errors}`);
  return {
    url,
    stop: async () => {
      const ended = once(sample, 'exit');
      sample.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0) throw new Error(`asked to stop, the sample ended with ${code}:\n${errors}`);
    },
  };
}

/** The page's address, which the sample prints, when it says that it is ready. */
async function urlOf({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) return undefined;
  let url: string | undefined;
  for await (const line of createInterface(stdout)) {
    url ??= /^Page +(http:\S+)\//.exec(line)?.[1];
    if (!line.startsWith('Ready.')) continue;
    // Read on, or the process would one day wait for somebody to do so.
    stdout.resume();
    return url;
  }
  return undefined;
}
