import { isPromise } from './maybe-async.js';

/**
 * What a function of the application answered that may not take its time. The types forbid a promise,
 * but not to JavaScript; nobody would look at its rejection, and that ends the process.
 *
 * @param who in words, for the message.
 * @throws TypeError for a promise.
 */
export function requireSync(answer: unknown, who: string): unknown {
  if (!isPromise(answer)) return answer;
  Promise.resolve(answer).catch(() => {});
  throw new TypeError(`${who} must answer at once, and gave a promise`);
}
