import { isLiteral, type Members } from './value-kinds.js';

/** Stands for a value that could not be read, which was reported. */
export const UNREADABLE = Symbol('unreadable');

/** Said of everything that throws when it is looked at: getters, proxies, revoked proxies. */
export const CANNOT_BE_READ = 'cannot be read. Give a plain value.';

/**
 * Reads the known members of an options object once, as the rest of the application will read them. Those
 * that can't be read are reported, and {@link UNREADABLE}.
 */
export function readMembers(
  options: Members,
  known: readonly string[],
  report: (name: string, message: string) => void,
): Members {
  const read = (name: string): unknown => {
    try {
      const value = options[name];
      // Throws now what would throw when Nest or class-validator ask this of it.
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
 * A method of a class may need its object. A function in a literal stays the very one it is, because
 * terms that name the same functions are the same terms.
 */
function boundTo(options: object, value: unknown): unknown {
  const isMethod = typeof value === 'function' && !isLiteral(options);
  return isMethod ? (value.bind(options) as unknown) : value;
}
