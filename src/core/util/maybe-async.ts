/**
 * Whether an answer is still to come. Not by `instanceof Promise`: zone.js and others put their own
 * class in that place, of which the promise of an async function is no instance.
 */
export function isPromise<Value>(answer: Value | Promise<Value>): answer is Promise<Value> {
  return typeof (answer as Partial<Promise<Value>> | null | undefined)?.then === 'function';
}

/** Goes on with an answer: at once where it is there, else when it comes. */
export function andThen<Value, Next>(
  answer: Value | Promise<Value>,
  goOn: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> {
  return isPromise(answer) ? answer.then(goOn) : goOn(answer);
}
