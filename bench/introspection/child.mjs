import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * A process of this folder that answers one message at a time.
 *
 * @param {string} file
 */
export function startChild(file) {
  const child = fork(new URL(file, import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  });
  ended.catch(() => {});
  return {
    ask: async (message) => {
      child.send(message);
      const [answer] = await Promise.race([once(child, 'message'), ended]);
      return answer;
    },
    stop: () => child.kill('SIGKILL'),
  };
}
