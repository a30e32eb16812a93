import { fork } from 'node:child_process';

/**
 * What is measured, and when it is given up.
 *
 * @type {Readonly<Record<string, { deadlineMs: number }>>}
 */
export const SECTIONS = {
  guard: { deadlineMs: 360_000 },
  http: { deadlineMs: 780_000 },
  dpop: { deadlineMs: 240_000 },
  introspection: { deadlineMs: 420_000 },
  memory: { deadlineMs: 120_000 },
  revocation: { deadlineMs: 150_000 },
  start: { deadlineMs: 60_000 },
  threadpool: { deadlineMs: 60_000 },
  delay: { deadlineMs: 120_000 },
  layers: { deadlineMs: 120_000 },
};

const PROCESS = new URL('section-process.mjs', import.meta.url);

/**
 * Runs one section to its end or its deadline. Its own children end when it does.
 *
 * @param {string} name
 * @param {object} orders
 * @returns {Promise<object>} what it measured
 */
export function runSection(name, orders) {
  const { deadlineMs } = SECTIONS[name];
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [name], { execArgv: [...process.execArgv, '--expose-gc'] });
    const end = () => child.kill('SIGKILL');
    const deadline = setTimeout(() => {
      reject(new Error(`not done after ${deadlineMs / 1_000} s`));
      end();
    }, deadlineMs);
    process.once('exit', end);
    child.once('message', resolve);
    child.once('exit', (code, signal) => {
      clearTimeout(deadline);
      process.off('exit', end);
      reject(new Error(`ended with ${signal ?? code} before it had a result`));
    });
    child.send(orders);
  });
}
