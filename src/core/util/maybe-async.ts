/** A value, at once where that is possible. */
export type MaybeAsync<Value> = Value | Promise<Value>;

/**
 * Whether an answer is still to come. Not by `instanceof Promise`: zone.js and others put their own
 * class in that place, of which the promise of an async function is no instance.
 */
export function isPromise<Value>(answer: MaybeAsync<Value>): answer is Promise<Value> {
  return typeof (answer as Partial<Promise<Value>> | null | undefined)?.then === 'function';
}
