/** A value, at once where that is possible. */
export type MaybeAsync<Value> = Value | Promise<Value>;

/**
 * Whether an answer is still to come. Not by `instanceof Promise`: zone.js and others put their own
 * class in that place, of which the promise of an async function is no instance.
 */
export function isPromise<Value>(answer: MaybeAsync<Value>): answer is Promise<Value> {
  return typeof (answer as Partial<Promise<Value>> | null | undefined)?.then === 'function';
}

/**
 * The answer of a function of the application that must be synchronous. The types forbid a promise, but
 * JavaScript can return one; no code would handle its rejection, which ends the process.
 *
 * @param who in words, for the message.
 * @throws TypeError for a promise.
 */
export function requireSync(answer: unknown, who: string): unknown {
  if (!isPromise(answer)) return answer;
  Promise.resolve(answer).catch(() => {});
  throw new TypeError(`${who} must return its value at once, and returned a promise`);
}

/** Continues with an answer: synchronously where it is there, which costs neither promise nor microtask. */
export function whenKnown<Value, Next>(
  answer: MaybeAsync<Value>,
  goOn: (value: Value) => MaybeAsync<Next>,
): MaybeAsync<Next> {
  return isPromise(answer) ? answer.then(goOn) : goOn(answer);
}
