/** What was looked at of strings while something ran. */
export interface Steps {
  /** Characters looked at one by one, and lengths of strings given to methods that look at all of them. */
  readonly characters: number;
  /** Lengths of strings given to regular expressions, whose steps nobody can count. */
  readonly byPattern: number;
}

const ONE_CHARACTER = ['charCodeAt', 'codePointAt', 'charAt', 'at'] as const;
const WHOLE_STRING = [
  ...(['split', 'indexOf', 'lastIndexOf', 'includes', 'trim', 'trimStart', 'trimEnd'] as const),
  ...(['toLowerCase', 'toUpperCase', 'normalize'] as const),
  Symbol.iterator,
] as const;

/**
 * Counts the steps of all code outside of Node's own while `run` runs: work that grows with the square
 * of its input shows in them, whatever the machine.
 */
export async function countSteps(run: () => Promise<void>): Promise<Steps> {
  let characters = 0;
  let byPattern = 0;
  const restorers = [
    ...ONE_CHARACTER.map((name) => wrap(String.prototype, name, () => void characters++)),
    ...WHOLE_STRING.map((name) =>
      wrap(String.prototype, name, (text) => void (characters += String(text).length)),
    ),
    // Every method that takes a pattern comes by here.
    wrap(RegExp.prototype, 'exec', (_pattern, text) => void (byPattern += String(text).length)),
  ];
  try {
    await run();
  } finally {
    for (const restore of restorers) restore();
  }
  return { characters, byPattern };
}

/** Tells of each call of a method before it is made. Returns what undoes it. */
function wrap(
  prototype: object,
  name: PropertyKey,
  tell: (self: unknown, argument: unknown) => void,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (typeof descriptor?.value !== 'function') throw new Error(`no method ${String(name)}`);
  const original = descriptor.value as (...parameters: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    ...descriptor,
    value(this: unknown, ...parameters: unknown[]): unknown {
      tell(this, parameters[0]);
      return original.apply(this, parameters);
    },
  });
  return () => void Object.defineProperty(prototype, name, descriptor);
}
