import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * A process that answers one message at a time.
 *
 * @param {URL} script
 * @param {{ args?: readonly string[], name: string }} options its name, for the error when it ends by itself
 */
export function startChild(script, { args = [], name }) {
  const child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
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
