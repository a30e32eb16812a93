/** A promise as zone.js or Bluebird have it: Node does not know it for one. */
export function thenable<T>(promise: Promise<T>): Promise<T> {
  return new Proxy(promise, {
    get: (target, member) => {
      const value: unknown = Reflect.get(target, member);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
