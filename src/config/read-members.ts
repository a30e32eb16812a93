import { isLiteral, type Members } from './value-kinds.js';

/** Replaces a value that could not be read; the fault was reported. */
export const UNREADABLE = Symbol('unreadable');

/** The message for whatever throws when it is read: getters, proxies, revoked proxies. */
export const CANNOT_BE_READ = 'cannot be read. Give a plain value.';

/**
 * Reads the known members of an options object once, as the rest of the application will read them. Those
 * that can't be read are reported, and become {@link UNREADABLE}.
 */
export function readMembers(
  options: Members,
  known: readonly string[],
  report: (name: string, message: string) => void,
): Members {
  const read = (name: string): unknown => {
    try {
      const value = options[name];
      // Throws now what would throw later, when Nest or class-validator ask the same.
      Function.prototype[Symbol.hasInstance].call(Promise, value);
      if (!Object.hasOwn(Object.prototype, name) || Object.hasOwn(options, name))
        return boundTo(options, value);
      const polluted = 'comes from Object.prototype, which some code has polluted.';
      report(name, `${polluted} Find that code first.`);
    } catch {
      report(name, CANNOT_BE_READ);
    }
    return UNREADABLE;
  };
  const members = known.map((name) => [name, read(name)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/**
 * Binds a method of a class, which may need its object. A function in a literal stays the same function,
 * because terms are compared by the functions they name.
 */
function boundTo(options: object, value: unknown): unknown {
  const isMethod = typeof value === 'function' && !isLiteral(options);
  return isMethod ? (value.bind(options) as unknown) : value;
}
