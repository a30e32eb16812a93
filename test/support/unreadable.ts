/** A trap for every way to look at a value; what it throws can't be looked at either. */
const refuse = (): never => {
  throw closed();
};

/** A value of which nothing can be read, not even its prototype: a membrane's, after it was closed. */
export function closed(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** What functions of an application can throw that throws itself when it is looked at, by name. */
export const UNREADABLE: [what: string, make: () => unknown][] = [
  [
    'a proxy whose traps throw',
    () => new Proxy(new Error(), { get: refuse, has: refuse, getPrototypeOf: refuse }),
  ],
  [
    'an error whose members throw',
    () => {
      // The stack first: it is written when it is first touched, with the message.
      const members = ['stack', 'message', 'name', 'code', 'cause'].map((name) => [
        name,
        { get: refuse },
      ]);
      return Object.defineProperties(new Error(), Object.fromEntries(members));
    },
  ],
  ['an object without a prototype', () => Object.create(null)],
  ['nothing', () => undefined],
];
